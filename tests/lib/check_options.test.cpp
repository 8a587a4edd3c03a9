#include <foreman/check_options.hpp>
#include <foreman/duration_text.hpp>

#include <support/catch.hpp>
#include <support/text.hpp>

#include <functional>
#include <limits>
#include <string>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::says;

namespace {

using std::chrono::milliseconds;

struct time_field {
  const char* name;
  milliseconds check_options::*field;
  milliseconds low;
  milliseconds high;
};

const time_field time_fields[] = {
  {"check.open_deadline", &check_options::open_deadline, 1ms, 1h},
  {"check.ping_deadline", &check_options::ping_deadline, 1ms, 1h},
  {"check.budget", &check_options::budget, 1ms, 1h},
  {"check.max_age", &check_options::max_age, 1ms, 24h * 365},
  {"check.trust_window", &check_options::trust_window, 0ms, 1h},
  {"check.first_backoff", &check_options::first_backoff, 0ms, 1h},
  {"check.max_break", &check_options::max_break, 1s, 1h},
  {"check.max_deferral", &check_options::max_deferral, 0ms, 24h * 365},
};

} // namespace

TEST_CASE("the defaults of the check can be used and are as documented") {
  const check_options defaults;
  CHECK(validate(defaults));
  CHECK(defaults.open_deadline == 2s);
  CHECK(defaults.ping_deadline == 1s);
  CHECK(defaults.max_age == 10min);
  CHECK(defaults.age_jitter == 0.2);
  CHECK(defaults.trust_window == 500ms);
  CHECK(defaults.budget == 5s);
  CHECK(defaults.max_opens == 2);
  CHECK(defaults.first_backoff == 100ms);
  CHECK(defaults.break_after == 3);
  CHECK(defaults.min_break == 1s);
  CHECK(defaults.max_break == 30s);
  CHECK(defaults.max_deferral == 10min);
  CHECK(defaults.reset == session_reset::always);
}

TEST_CASE("a reset of sessions that there is not is named", "[G12]") {
  for (const auto good :
       {session_reset::always, session_reset::between_projects,
        session_reset::never})
    CHECK(validate(check_options{.reset = good}));
  CHECK(validate(check_options{.reset = static_cast<session_reset>(3)}).error()
        == error{errc::invalid_option,
                 "check.reset is 3; allowed are always, between_projects and "
                 "never"});
  CHECK(to_string(session_reset::always) == "always");
  CHECK(to_string(session_reset::between_projects) == "between_projects");
  CHECK(to_string(session_reset::never) == "never");
  CHECK(to_string(static_cast<session_reset>(3)) == "unknown");
}

TEST_CASE("every time of the check has a range that its error names", "[G12]") {
  for (const auto& x : time_fields) {
    INFO(x.name);
    check_options options;
    for (const auto good : {x.low, x.low + 1ms, x.high - 1ms, x.high}) {
      options.*x.field = good;
      CHECK(validate(options));
    }
    for (const auto bad : {x.low - 1ms, x.high + 1ms, milliseconds::min(),
                           milliseconds::max()}) {
      options.*x.field = bad;
      const auto verdict = validate(options);
      REQUIRE_FALSE(verdict);
      CHECK(verdict.error().code() == errc::invalid_option);
      CHECK(says(verdict.error().message(), std::string{x.name} + " is "));
      CHECK(
        says(verdict.error().message(),
             "; allowed are " + in_words(x.low) + " to " + in_words(x.high)));
    }
  }
}

TEST_CASE("the jitter of the check is a part: 0 to 1", "[G12]") {
  for (const double good : {0.0, 0.000'001, 0.5, 1.0})
    CHECK(validate(check_options{.age_jitter = good}));
  for (const double bad : {-0.000'001, 1.000'001, -1e300, 1e300,
                           std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    const auto verdict = validate(check_options{.age_jitter = bad});
    REQUIRE_FALSE(verdict);
    CHECK(verdict.error().code() == errc::invalid_option);
    CHECK(says(verdict.error().message(), "check.age_jitter is "));
  }
  CHECK(says(validate(check_options{.age_jitter = 1.5}).error().message(),
             "is 1.5; allowed are 0 to 1"));
}

TEST_CASE("every number of the check has a range that its error names",
          "[G12]") {
  struct number_field {
    const char* name;
    std::size_t check_options::*field;
    std::size_t high;
  };
  for (const auto& x :
       {number_field{"check.max_opens", &check_options::max_opens, 65'536},
        number_field{"check.break_after", &check_options::break_after,
                     1'000}}) {
    INFO(x.name);
    check_options options;
    for (const auto good : {std::size_t{1}, x.high}) {
      options.*x.field = good;
      CHECK(validate(options));
    }
    for (const auto bad : {std::size_t{0}, x.high + 1}) {
      options.*x.field = bad;
      CHECK(validate(options).error().message()
            == std::string{x.name} + " is " + std::to_string(bad)
              + "; allowed are 1 to " + std::to_string(x.high));
    }
  }
}

TEST_CASE(
  "a breaker opens for 1 ms to 1 h, and at most for longer than at least",
  "[G12]") {
  CHECK(validate(check_options{.min_break = 1ms, .max_break = 1ms}));
  CHECK(validate(check_options{.min_break = 1h, .max_break = 1h}));
  CHECK(validate(check_options{.min_break = 0ms}).error().message()
        == "check.min_break is 0 s; allowed are 1 ms to 1 h");
  CHECK(validate(check_options{.min_break = 31s}).error().message()
        == "check.max_break is 30 s; allowed are 31 s to 1 h");
}
