#include <foreman/outcome.hpp>

#include <support/catch.hpp>
#include <support/text.hpp>

#include <stdexcept>
#include <string>
#include <system_error>

using namespace foreman;
using foreman::test::says;

namespace {

template <class T>
outcome outcome_of(const T& thrown) {
  try {
    throw thrown;
  } catch (...) {
    return outcome_of_current_exception();
  }
}

} // namespace

TEST_CASE("each type of exception has its outcome", "[G8]") {
  CHECK(outcome_of(stopped{}).state == job_state::cancelled);
  CHECK(outcome_of(stopped{}).why.code() == errc::cancelled);
  const error why{errc::connection_lost, "mid-job"};
  CHECK(outcome_of(exception{why}) == outcome{job_state::failed, why});
  CHECK(outcome_of(std::logic_error{"text"})
        == outcome{job_state::failed,
                   {errc::job_threw, "text (std::logic_error)"}});
  const std::system_error system{std::make_error_code(std::errc::io_error)};
  CHECK(outcome_of(system)
        == outcome{job_state::failed,
                   {errc::job_threw,
                    std::string{system.what()} + " (std::system_error)"}});
  CHECK(outcome_of(42).why.code() == errc::job_threw);
  CHECK(outcome_of(42).state == job_state::failed);
  CHECK(outcome_of(42).why.message()
        == "the body threw something that is no std::exception (int)");
  CHECK(says(outcome_of(std::string{"s"}).why.message(), "basic_string"));
}

TEST_CASE("what somebody else than a body threw is not said to be a body's",
          "[G12]") {
  const auto told = [](const auto& thrown) {
    try {
      throw thrown;
    } catch (...) {
      return error_of_current_exception("it threw");
    }
  };
  CHECK(told(42)
        == error{errc::job_threw,
                 "it threw something that is no std::exception (int)"});
  CHECK(told(stopped{})
        == error{errc::job_threw,
                 "it threw something that is no "
                 "std::exception (foreman::stopped)"});
  CHECK(told(exception{error{}}).message()
        == "it threw an exception without a code");
  CHECK(told(std::logic_error{"text"}).message() == "text (std::logic_error)");
}

TEST_CASE("an outcome is a success unless it says otherwise") {
  CHECK(outcome{}.state == job_state::succeeded);
  CHECK_FALSE(outcome{}.why);
}

TEST_CASE("an exception keeps its type and what it was caused by", "[G12]") {
  struct torn_page : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto nested = [] {
    try {
      try {
        throw std::system_error{std::make_error_code(std::errc::io_error)};
      } catch (...) {
        std::throw_with_nested(std::runtime_error{"the index is unreadable"});
      }
    } catch (...) {
      std::throw_with_nested(exception{{errc::connection_lost, "mid-import"}});
    }
  };
  try {
    nested();
  } catch (...) {
    const auto how = outcome_of_current_exception();
    CHECK(how.why.code() == errc::connection_lost);
    CHECK(how.why.message()
          == "mid-import; caused by the index is unreadable "
             "(std::_Nested_exception<std::runtime_error>); caused by "
             "Input/output error (std::system_error)");
  }
  CHECK(says(outcome_of(torn_page{"page 3"}).why.message(), "page 3 ("));
  CHECK(says(outcome_of(torn_page{"page 3"}).why.message(), "torn_page)"));
}

TEST_CASE("a text that is no UTF-8, or without end, becomes one that is",
          "[G9][G12]") {
  const auto how = outcome_of(std::runtime_error{"caf\xe9 \xff\n\x01"});
  CHECK(how.why.message() == "caf\\xe9 \\xff\n\\x01 (std::runtime_error)");
  const auto longest
    = outcome_of(std::runtime_error{std::string(1'000'000, 'x')});
  CHECK(longest.why.message().size() < 5'000);
  CHECK(says(longest.why.message(), "bytes more)"));
}

TEST_CASE("a chain of causes is told up to where nobody reads on", "[G9]") {
  const auto throw_chain = [](const auto& self, int depth) -> void {
    if (depth == 0)
      throw 1;
    try {
      self(self, depth - 1);
    } catch (...) {
      std::throw_with_nested(std::runtime_error{"link"});
    }
  };
  try {
    throw_chain(throw_chain, 1'000);
  } catch (...) {
    const auto text = outcome_of_current_exception().why.message();
    CHECK(text.size() < 2'000);
    CHECK(text.ends_with("; and more"));
  }
  try {
    throw_chain(throw_chain, 1);
  } catch (...) {
    CHECK(says(outcome_of_current_exception().why.message(),
               "caused by something that is no std::exception (int)"));
  }
}

TEST_CASE("a code of foreman in a std::system_error is that code") {
  const std::system_error e{errc::project_busy, "twice"};
  CHECK(outcome_of(e).why.code() == errc::project_busy);
}

TEST_CASE("what speaks of a wait in the body is not the outcome's code") {
  for (const auto code : {errc::not_finished, errc::would_deadlock,
                          errc::empty_ticket, errc::value_taken}) {
    const error why{code, "job 7 of x"};
    const error told{errc::job_failed,
                     std::string{to_string(code)} + ": job 7 of x"};
    CHECK(reason_of(why) == told);
    CHECK(outcome_of(exception{why}) == outcome{job_state::failed, told});
  }
  CHECK(reason_of(errc::draining) == error{errc::draining});
}
