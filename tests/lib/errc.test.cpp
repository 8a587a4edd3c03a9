#include <foreman/errc.hpp>

#include <support/catch.hpp>

#include <set>
#include <string>
#include <type_traits>

using namespace foreman;

TEST_CASE("every error code has a name of its own and a sentence", "[G12]") {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (int i = 0; i < errc_count; ++i) {
    const auto code = static_cast<errc>(i);
    INFO("code " << i);
    CHECK(to_string(code) != "unknown");
    CHECK(to_string(code).find(' ') == std::string_view::npos);
    CHECK(describe(code).size() > to_string(code).size() / 2);
    CHECK(describe(code).find(' ') != std::string_view::npos);
    names.insert(to_string(code));
    sentences.insert(describe(code));
  }
  CHECK(names.size() == errc_count);
  CHECK(sentences.size() == errc_count);
}

TEST_CASE("the name of an error code is how it is written in the source") {
  // In the order of the enumeration, so that a name cannot slip by one.
  CHECK(to_string(errc::ok) == "ok");
  CHECK(to_string(errc::invalid_project) == "invalid_project");
  CHECK(to_string(errc::invalid_option) == "invalid_option");
  CHECK(to_string(errc::empty_job) == "empty_job");
  CHECK(to_string(errc::unknown_kind) == "unknown_kind");
  CHECK(to_string(errc::project_busy) == "project_busy");
  CHECK(to_string(errc::project_full) == "project_full");
  CHECK(to_string(errc::system_full) == "system_full");
  CHECK(to_string(errc::draining) == "draining");
  CHECK(to_string(errc::unknown_job) == "unknown_job");
  CHECK(to_string(errc::job_finished) == "job_finished");
  CHECK(to_string(errc::would_deadlock) == "would_deadlock");
  CHECK(to_string(errc::not_finished) == "not_finished");
  CHECK(to_string(errc::job_threw) == "job_threw");
  CHECK(to_string(errc::thread_exited) == "thread_exited");
  CHECK(to_string(errc::cancelled) == "cancelled");
  CHECK(to_string(errc::abandoned) == "abandoned");
  CHECK(to_string(errc::connection_unavailable) == "connection_unavailable");
  CHECK(to_string(errc::connection_misconfigured)
        == "connection_misconfigured");
  CHECK(to_string(errc::connection_lost) == "connection_lost");
  CHECK(to_string(errc::unknown_connection) == "unknown_connection");
  CHECK(to_string(errc::no_threads) == "no_threads");
  CHECK(to_string(errc::unavailable) == "unavailable");
  CHECK(to_string(errc::job_failed) == "job_failed");
  CHECK(to_string(errc::empty_ticket) == "empty_ticket");
  CHECK(to_string(errc::value_taken) == "value_taken");
  CHECK(to_string(errc::not_local) == "not_local");
  CHECK(to_string(errc::forked) == "forked");
  CHECK(static_cast<int>(errc::forked) + 1 == errc_count);
}

TEST_CASE("a value outside the enumeration is called unknown") {
  CHECK(to_string(static_cast<errc>(errc_count)) == "unknown");
  CHECK(to_string(static_cast<errc>(255)) == "unknown");
  CHECK(describe(static_cast<errc>(255)) == "not a code of foreman");
}

TEST_CASE("an error code goes to std::error_code and back") {
  STATIC_REQUIRE(std::is_error_code_enum_v<errc>);
  for (int i = 0; i < errc_count; ++i) {
    const std::error_code code = static_cast<errc>(i);
    CHECK(static_cast<errc>(code.value()) == static_cast<errc>(i));
    CHECK(code.category() == error_category());
    CHECK(code.message() == describe(static_cast<errc>(i)));
    CHECK(static_cast<bool>(code) == (i != 0));
  }
  CHECK(std::string{error_category().name()} == "foreman");
  CHECK(std::error_code{errc::draining} == errc::draining);
  CHECK(std::error_code{errc::draining} != errc::project_busy);
  // The same number of another category is another error.
  CHECK(std::error_code{1, std::generic_category()} != errc::invalid_project);
}
