#include <foreman/system_options.hpp>

#include <support/catch.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <limits>
#include <string>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::says;

namespace {

using std::chrono::nanoseconds;

void check_refused(const system_options& options, const std::string& field,
                   const std::string& value, const std::string& range) {
  const auto verdict = validate(options);
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().code() == errc::invalid_option);
  CHECK(verdict.error().message()
        == field + " is " + value + "; allowed are " + range);
}

struct count_field {
  const char* name;
  std::size_t& (*field)(system_options&);
  std::size_t high;
};

const count_field count_fields[]
  = {{"workers", [](system_options& x) -> auto& {return x.workers;
} // namespace
, 65'536
}
, {"max.per_project", [](system_options& x) -> auto& {return x.max.per_project;
}
, 1'000'000'000
}
, {"max.total", [](system_options& x) -> auto& {return x.max.total;
}
, 1'000'000'000
}
, {"turn_jobs", [](system_options& x) -> auto& {return x.turn_jobs;
}
, 1'000'000
}
,
}
;

} // namespace

TEST_CASE("the defaults of a system can be used and are as documented") {
  const system_options defaults;
  CHECK(validate(defaults));
  CHECK(defaults.workers == 20);
  CHECK(defaults.max.per_project == 10'000);
  CHECK(defaults.max.total == 1'000'000);
  CHECK(defaults.turn_jobs == 256);
  CHECK(defaults.turn_time == 1ms);
  CHECK(defaults.drain_deadline == 10s);
  CHECK(defaults.at_deadline == drain_policy::wait);
  CHECK(defaults.time == &steady_clock());
  CHECK(defaults.connections.empty());
}

TEST_CASE("every count of a system has a range that its error names", "[G12]") {
  for (const auto& x : count_fields) {
    INFO(x.name);
    const auto range = "1 to " + std::to_string(x.high);
    for (const std::size_t good : {std::size_t{1}, x.high - 1, x.high}) {
      system_options options;
      x.field(options) = good;
      CHECK(validate(options));
    }
    for (const std::size_t bad : {std::size_t{0}, x.high + 1,
                                  std::numeric_limits<std::size_t>::max()}) {
      system_options options;
      x.field(options) = bad;
      check_refused(options, x.name, std::to_string(bad), range);
    }
  }
}

TEST_CASE("the time of a turn is 1 us to 1 h", "[G12]") {
  for (const nanoseconds good : {nanoseconds{1us}, nanoseconds{1h}})
    CHECK(validate(system_options{.turn_time = good}));
  const std::pair<nanoseconds, std::string> bad[] = {
    {999ns, "999 ns"},
    {0ns, "0 s"},
    {-1ns, "-1 ns"},
    {1h + 1ns, "more than 1 h"},
    {nanoseconds::min(), "-292 years"},
    {nanoseconds::max(), "292 years"},
  };
  for (const auto& [time, text] : bad)
    check_refused({.turn_time = time}, "turn_time", text, "1 us to 1 h");
}

TEST_CASE("the drain deadline of a system is 0 to 1 year", "[G12]") {
  for (const nanoseconds good :
       {nanoseconds{0}, nanoseconds{1}, nanoseconds{24h * 365}})
    CHECK(validate(system_options{.drain_deadline = good}));
  for (const nanoseconds bad :
       {nanoseconds{-1}, nanoseconds{-1h}, 24h * 365 + 1ms + 0ns,
        nanoseconds::min(), nanoseconds::max()}) {
    const auto verdict = validate(system_options{.drain_deadline = bad});
    REQUIRE_FALSE(verdict);
    CHECK(verdict.error().code() == errc::invalid_option);
    CHECK(says(verdict.error().message(), "drain"));
    CHECK(says(verdict.error().message(), "allowed are 0 s to 1 year"));
  }
}

TEST_CASE("a refused drain deadline is named as the option and with its value",
          "[G12]") {
  const auto verdict = validate(system_options{.drain_deadline = -1ns});
  REQUIRE_FALSE(verdict);
  CHECK(says(verdict.error().message(), "drain_deadline is "));
  CHECK_FALSE(says(verdict.error().message(), "is -1 ms")); // it is -1 ns
}

TEST_CASE("a drain policy that does not exist is refused", "[G12]") {
  const auto verdict
    = validate(system_options{.at_deadline = static_cast<drain_policy>(3)});
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().code() == errc::invalid_option);
  CHECK(says(verdict.error().message(), "policy at the deadline is 3"));
}

TEST_CASE("the options of the check are validated with the system's", "[G12]") {
  const auto verdict
    = validate(system_options{.check = {.ping_deadline = 0ms}});
  REQUIRE_FALSE(verdict);
  CHECK(says(verdict.error().message(), "check.ping_deadline is 0 s"));
}

TEST_CASE("connections need a name and a factory", "[G12]") {
  const auto factory
    = test::scripted_factory(std::make_shared<test::scripted_server>());
  CHECK(validate(system_options{.connections = {{"db", factory}}}));
  const auto unnamed = validate(system_options{.connections = {{"", factory}}});
  REQUIRE_FALSE(unnamed);
  CHECK(unnamed.error().code() == errc::invalid_option);
  CHECK(says(unnamed.error().message(), "connections has an empty name"));
  const auto empty
    = validate(system_options{.connections = {{"a", factory}, {"db", {}}}});
  REQUIRE_FALSE(empty);
  CHECK(empty.error().code() == errc::invalid_option);
  CHECK(says(empty.error().message(), "connections[db] is an empty factory"));
}

TEST_CASE("a log and a clock are needed", "[G12]") {
  const auto no_log = validate(system_options{.log = {}});
  REQUIRE_FALSE(no_log);
  CHECK(no_log.error().code() == errc::invalid_option);
  CHECK(says(no_log.error().message(), "log is empty"));
  const auto no_time = validate(system_options{.time = nullptr});
  REQUIRE_FALSE(no_time);
  CHECK(no_time.error().code() == errc::invalid_option);
  CHECK(says(no_time.error().message(), "time is null"));
}
