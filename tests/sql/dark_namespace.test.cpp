#include "support/dark_namespace.hpp"

#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/in_time.hpp"

#include <foreman/sql/database.hpp>

#include <string>

namespace foreman::test {

namespace {

enum : int { in_time, not_allowed, opened, late, early, bad_address };

// In a network that swallows everything.
int open_in_the_dark(const std::string& address) {
  using namespace std::chrono_literals;
  if (!enter_dark_namespace())
    return not_allowed;
  const auto make = sql::connections_to(address);
  if (!make)
    return bad_address;
  const auto it = (*make)();
  bool is_open = false;
  const auto took = time_of([&] { is_open = it->open(500ms).has_value(); });
  if (is_open)
    return opened;
  if (took < 500ms)
    return early; // it was refused, not swallowed
  return took <= at_the_latest(500ms) ? in_time : late;
}

} // namespace

TEST_CASE(
  "an open into a network that swallows everything ends by its deadline",
  "[G7]") {
  const std::string address
    = GENERATE("mariadb:host=192.0.2.2", "postgresql:host=192.0.2.2");
  INFO(address);
  const auto status = in_child([&] { return open_in_the_dark(address); });
  if (left_with(status, not_allowed)) {
    WARN(
      "this machine allows no network namespace with a tunnel; the proxy that "
      "swallows bytes stands for it");
    return;
  }
  INFO("status " << status);
  CHECK(left_with(status, in_time));
}

} // namespace foreman::test
