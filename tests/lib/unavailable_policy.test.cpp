#include <foreman/unavailable_policy.hpp>

#include <support/catch.hpp>

using namespace foreman;
using namespace std::chrono_literals;

TEST_CASE("what becomes of a job depends on why its connection cannot be had, "
          "on its policy and on how long it has waited",
          "[G7]") {
  using kind = check_verdict::kind;
  using policy = unavailable_policy;
  using then = check_consequence;
  struct row {
    kind what;
    policy how;
    std::chrono::seconds waited;
    then wanted;
  };
  constexpr auto cap = 600s;
  const row rows[]{
    {kind::passed, policy::defer, 0s, then::begin},
    {kind::passed, policy::fail, 0s, then::begin},
    {kind::passed, policy::run_anyway, cap, then::begin},
    // Others are being opened: it is a matter of a moment.
    {kind::busy, policy::defer, 0s, then::defer},
    {kind::busy, policy::fail, 0s, then::defer},
    {kind::busy, policy::run_anyway, 0s, then::defer},
    {kind::busy, policy::defer, cap, then::defer},
    {kind::unavailable, policy::defer, 0s, then::defer},
    {kind::unavailable, policy::defer, cap - 1s, then::defer},
    {kind::unavailable, policy::defer, cap, then::fail},
    {kind::unavailable, policy::fail, 0s, then::fail},
    {kind::unavailable, policy::run_anyway, 0s, then::begin},
    {kind::out_of_time, policy::defer, cap - 1s, then::defer},
    {kind::out_of_time, policy::defer, cap, then::fail},
    {kind::out_of_time, policy::fail, 0s, then::fail},
    {kind::out_of_time, policy::run_anyway, 0s, then::begin},
    // No other try mends it.
    {kind::misconfigured, policy::defer, 0s, then::fail},
    {kind::misconfigured, policy::fail, 0s, then::fail},
    {kind::misconfigured, policy::run_anyway, 0s, then::begin},
  };
  for (const auto& x : rows) {
    INFO(static_cast<int>(x.what) << ", " << to_string(x.how) << ", waited "
                                  << x.waited.count() << " s");
    CHECK(consequence_of(x.what, x.how, x.waited, {.max_deferral = cap})
          == x.wanted);
  }
}

TEST_CASE("the policies have names") {
  CHECK(to_string(unavailable_policy::defer) == "defer");
  CHECK(to_string(unavailable_policy::fail) == "fail");
  CHECK(to_string(unavailable_policy::run_anyway) == "run_anyway");
  CHECK(to_string(static_cast<unavailable_policy>(3)) == "unknown");
}
