#include <foreman/job_options.hpp>

#include <support/catch.hpp>
#include <support/text.hpp>

#include <limits>
#include <string>
#include <type_traits>
#include <vector>

using namespace foreman;
using foreman::test::says;

TEST_CASE("the defaults of a job queue it at priority 0") {
  CHECK(validate(job_options{}));
  CHECK(job_options{}.admit == admission::queue);
  CHECK(job_options{}.priority == 0);
}

TEST_CASE("priorities from -100 to 100 are allowed, no others", "[G12]") {
  for (const int good : {-100, -99, 0, 99, 100})
    CHECK(validate(job_options{.priority = good}));
  for (const int bad : {-101, 101, std::numeric_limits<int>::min(),
                        std::numeric_limits<int>::max()}) {
    const auto verdict = validate(job_options{.priority = bad});
    REQUIRE_FALSE(verdict);
    CHECK(verdict.error().code() == errc::invalid_option);
    CHECK(verdict.error().message()
          == "priority is " + std::to_string(bad)
            + "; allowed are -100 to 100");
  }
}

TEST_CASE("an admission that does not exist is refused", "[G12]") {
  CHECK(validate(job_options{.admit = admission::if_idle}));
  const auto verdict = validate(job_options{.admit = admission{2}});
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().code() == errc::invalid_option);
  CHECK(says(verdict.error().message(), "admit is 2"));
  CHECK(says(verdict.error().message(), "queue and if_idle"));
}

TEST_CASE("a policy that does not exist is refused", "[G12]") {
  CHECK(job_options{}.if_unavailable == unavailable_policy::defer);
  CHECK(
    validate(job_options{.if_unavailable = unavailable_policy::run_anyway}));
  const auto verdict
    = validate(job_options{.if_unavailable = unavailable_policy{3}});
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error()
        == error{errc::invalid_option,
                 "if_unavailable is 3; allowed are defer, "
                 "fail and run_anyway"});
}

TEST_CASE("a job needs all connections unless it names some, or none") {
  CHECK(job_options{}.connections.all());
  const job_options two{.connections = {"a", "b"}};
  CHECK_FALSE(two.connections.all());
  CHECK(two.connections.names() == std::vector<std::string>{"a", "b"});
  const auto none = connection_needs::none();
  CHECK_FALSE(none.all());
  CHECK(none.names().empty());
}

TEST_CASE("an empty list of connections is none, and not all", "[G12]") {
  const std::vector<std::string> nothing_left;
  for (const auto& options :
       {job_options{.connections = {}},
        job_options{.connections = connection_needs{nothing_left}},
        job_options{.connections = connection_needs{}},
        job_options{.connections = connection_needs::none()}}) {
    CHECK_FALSE(options.connections.all());
    CHECK(options.connections.names().empty());
  }
  CHECK(connection_needs::every().all());
  CHECK_FALSE(std::is_default_constructible_v<connection_needs>);
}
