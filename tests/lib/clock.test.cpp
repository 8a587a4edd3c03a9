#include <foreman/clock.hpp>

#include <support/catch.hpp>
#include <support/manual_clock.hpp>

using namespace foreman;
using namespace std::chrono_literals;

TEST_CASE("the steady clock is the machine's and never goes back") {
  const auto before = std::chrono::steady_clock::now();
  const auto first = steady_clock().now();
  const auto second = steady_clock().now();
  const auto after = std::chrono::steady_clock::now();
  CHECK(before <= first);
  CHECK(first <= second);
  CHECK(second <= after);
  CHECK(&steady_clock() == &steady_clock());
}

TEST_CASE("a manual clock moves only when it is turned") {
  test::manual_clock time;
  const foreman::clock& seen = time;
  const auto start = seen.now();
  CHECK(seen.now() == start);
  time.advance(3s);
  CHECK(seen.now() == start + 3s);
}
