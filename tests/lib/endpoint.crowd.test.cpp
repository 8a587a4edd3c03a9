// What a crowd at an endpoint costs each of its own. Never in time on a wall:
// in time of this thread, and of how much longer with a hundred times the
// crowd.

#include <foreman/endpoint.hpp>

#include <support/catch.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_waiter.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <memory>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;

namespace {

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec)
    + static_cast<double>(now.tv_nsec) * 1e-9;
}

// What each of `operations` on an endpoint takes where `crowd` wait.
template <class F>
double cost(std::size_t crowd, std::size_t operations, const F& operation) {
  test::manual_clock time;
  const auto where = std::make_shared<endpoint>(
    "db", 0, check_options{}, time, [] { return 1.0; },
    [](log_level, std::string_view) {});
  for (int i = 0; i < 3; ++i) { // the breaker opens
    time.advance(1s);
    REQUIRE(where->begin_open());
    where->end_open(error{errc::connection_unavailable, "no server"});
  }
  const auto who = make_intrusive<test::scripted_waiter>();
  for (std::size_t i = 0; i < crowd; ++i)
    (void) where->wait(who, time.now() + 1h);
  const auto start = thread_seconds();
  for (std::size_t i = 0; i < operations; ++i)
    operation(*where, who, time.now() + 1h);
  return (thread_seconds() - start) / static_cast<double>(operations);
}

} // namespace

TEST_CASE("what a project does at an endpoint costs the same in a crowd of "
          "100,000 as in one of 1,000",
          "[G7]") {
  using operation
    = void (*)(endpoint&, const test::scripted_waiter_ptr&, clock::time_point);
  const std::array<operation, 4> all{
    // To be deferred, as an entry does it.
    [](endpoint& x, const auto& who, clock::time_point until) {
      (void) x.wait(who, until);
      x.serve();
    },
    // A check that passes while nobody has room.
    [](endpoint& x, const auto&, clock::time_point) { x.passed(); },
    // To be let go on, and to arrive.
    [](endpoint& x, const auto&, clock::time_point) {
      x.passed();
      x.arrived();
    },
    // To leave.
    [](endpoint& x, const auto& who, clock::time_point until) {
      x.leave(x.wait(who, until).place);
    },
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    // The best of some: what else this machine does is not the matter.
    double ratio = 1e9;
    for (int tries = 0; tries < 5 && ratio > 10; ++tries)
      ratio = std::min(ratio,
                       cost(100'000, 500, all[i])
                         / std::max(cost(1'000, 500, all[i]), 1e-9));
    CAPTURE(i);
    // A walk along all of them would take a hundred times as long; a tree of a
    // hundred times as many takes some longer.
    CHECK(ratio < 30);
  }
}
