// What jobs do while a connection cannot be had: wait, fail, or do without.

#include <foreman/system.hpp>

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <thread>

namespace {

std::atomic<bool> printer_on{false};

// Stands for whatever is at the other end.
class printer : public foreman::connection {
public:
  foreman::expected<void> open(milliseconds) override {
    if (!printer_on)
      return foreman::error{foreman::errc::connection_unavailable,
                            "the printer is off"};
    return {};
  }

  void close() noexcept override {}

  bool quiet() override {
    return printer_on;
  }

  foreman::expected<void> check(milliseconds within) override {
    return open(within);
  }

  bool in_transaction() override {
    return false;
  }

  void* resource(const std::type_info& type) noexcept override {
    return type == typeid(printer) ? this : nullptr;
  }
};

void print(foreman::job_context& job) {
  (void) job.connection<printer>("printer");
}

} // namespace

int main() {
  using policy = foreman::unavailable_policy;
  foreman::system fm{
    {.workers = 2,
     .connections = {{"printer", [] { return std::make_unique<printer>(); }}},
     .log = [](foreman::log_level, std::string_view) {}}};

  // A job waits by default; its project with it, but no worker.
  const auto waits = fm.submit("lima", print);
  const auto fails = fm.submit("oslo", print, {.if_unavailable = policy::fail});
  const auto does_without = fm.submit("rome", [] { return 7; },
                                      {.if_unavailable = policy::run_anyway});
  // One that says what it needs waits for nothing else.
  const auto needs_none
    = fm.submit("kyiv", [] { return 8; },
                {.connections = foreman::connection_needs::none()});
  if (!waits || !fails || !does_without || !needs_none)
    return 1;

  fmt::print("oslo: {}\n", to_string(fails->wait().error().code()));
  fmt::print("rome: {}\n", *does_without->wait());
  fmt::print("kyiv: {}\n", *needs_none->wait());

  while (fm.status("lima")->deferred_for.empty())
    std::this_thread::yield();
  fmt::print("lima waits for the {}\n", fm.status("lima")->deferred_for);
  for (const auto& x : fm.connections())
    fmt::print("{}: {} project deferred ({})\n", x.name, x.deferred_projects,
               x.last_error);

  printer_on = true; // seen at the next try, a second later at most
  fmt::print("lima: {}\n", waits->wait() ? "printed" : "failed");
}
