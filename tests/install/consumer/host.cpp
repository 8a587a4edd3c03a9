// A host that knows nothing of actors. Values and exceptions cross the border
// between it and the library both ways.

#include <foreman/system.hpp>

#include <iostream>
#include <memory>
#include <stdexcept>

namespace {

int failures = 0;

void check(bool ok, const char* what) {
  std::cout << (ok ? "ok: " : "FAILED: ") << what << '\n';
  failures += ok ? 0 : 1;
}

foreman::errc code_of_bad_options() {
  try {
    foreman::system fm{{.workers = 0}};
  } catch (const foreman::exception& e) {
    return e.why().code();
  }
  return foreman::errc::ok;
}

} // namespace

int main() {
  check(code_of_bad_options() == foreman::errc::invalid_option,
        "the host catches what the library throws");

  foreman::system fm{{.workers = 2}};
  auto owned = std::make_unique<int>(42);
  const auto value
    = fm.submit("berlin", [owned = std::move(owned)] { return *owned; });
  const auto stopped = fm.submit(
    "lima", [](foreman::job_context&) { throw foreman::stopped{}; });
  const auto coded = fm.submit("lima", [] {
    throw foreman::exception{{foreman::errc::connection_lost, "gone"}};
  });
  const auto other = fm.submit("lima", [] { throw std::runtime_error{"no"}; });

  check(value && value->wait() && *value->wait() == 42, "a job has a value");
  check(stopped && stopped->wait().error().code() == foreman::errc::cancelled,
        "the library catches `stopped`");
  check(coded && coded->wait().error().code() == foreman::errc::connection_lost,
        "the library catches `exception`");
  check(other && other->wait().error().code() == foreman::errc::job_threw,
        "the library catches everything else");
  check(fm.books().succeeded == 1, "one job has succeeded");
  return failures;
}
