// What a body may do to its worker: end with anything, and end nothing else.

#include <foreman/runner.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

#include <functional>
#include <new>
#include <stdexcept>
#include <string>

using namespace foreman;
using foreman::test::one_worker;
using foreman::test::says;

namespace {

struct strange {};

struct mute : std::exception {
  const char* what() const noexcept override {
    return nullptr;
  }
};

} // namespace

TEST_CASE("an exception of any type ends its job and nothing else",
          "[G8][G4]") {
  struct row {
    const char* what;
    std::function<void(job_context&)> body;
    job_state state;
    error why;
  };
  const auto not_an_exception = [](const std::string& type) {
    return error{errc::job_threw,
                 "the body threw something that is no std::exception (" + type
                   + ")"};
  };
  const error stopped_when_asked{errc::cancelled,
                                 "the job stopped when it was asked to"};
  const row rows[] = {
    {"int", [](auto&) { throw 42; }, job_state::failed,
     not_an_exception("int")},
    {"const char*", [](auto&) { throw "text"; }, job_state::failed,
     not_an_exception("char const*")},
    {"a class", [](auto&) { throw strange{}; }, job_state::failed,
     not_an_exception("(anonymous namespace)::strange")},
    {"nullptr", [](auto&) { throw nullptr; }, job_state::failed,
     not_an_exception("decltype(nullptr)")},
    {"std::runtime_error",
     [](auto&) { throw std::runtime_error{"no table"}; },
     job_state::failed,
     {errc::job_threw, "no table (std::runtime_error)"}},
    {"std::bad_alloc",
     [](auto&) { throw std::bad_alloc{}; },
     job_state::failed,
     {errc::job_threw, "std::bad_alloc (std::bad_alloc)"}},
    {"an empty text",
     [](auto&) { throw std::runtime_error{""}; },
     job_state::failed,
     {errc::job_threw, "(std::runtime_error)"}},
    {"foreman::exception",
     [](auto&) {
       throw exception{{errc::connection_lost, "it broke"}};
     },
     job_state::failed,
     {errc::connection_lost, "it broke"}},
    {"stopped, asked to or not", [](auto&) { throw stopped{}; },
     job_state::cancelled, stopped_when_asked},
  };
  one_worker x;
  for (const auto& wanted : rows) {
    INFO(wanted.what);
    const auto ended = x.submit("p", wanted.body);
    const auto next = x.submit("p", [] { return 7; });
    CHECK(x.run("p") == 2);
    CHECK(ended->state() == wanted.state);
    const auto result = ended->wait();
    REQUIRE_FALSE(result);
    CHECK(result.error() == wanted.why);
    CHECK(*next->wait() == 7); // worker and project go on
    CHECK_FALSE(x.jobs.is_busy("p"));
    CHECK_FALSE(x.worker.in_job());
    CHECK(job_context::current() == nullptr);
  }
  CHECK(x.books().open() == 0);
}

TEST_CASE("an exception without a text is an outcome, too", "[G8][G4]") {
  one_worker x;
  const auto ended = x.submit("p", [] { throw mute{}; });
  REQUIRE(x.begin("p"));
  CHECK_NOTHROW(x.worker.end_job());
  x.worker.end_turn();
  CHECK(ended->state() == job_state::failed);
  CHECK(x.books().open() == 0);
}

TEST_CASE("a job that fails without a reason has not succeeded", "[G4][G12]") {
  one_worker x;
  SECTION("an exception that carries no error") {
    const auto ended = x.submit("p", [] { throw exception{error{}}; });
    x.run("p");
    CHECK(ended->state() == job_state::failed);
    CHECK_FALSE(ended->wait()); // else the waiter is told of a success
  }
  SECTION("an expected that was refused with no error") {
    const auto ended = x.submit("p", []() -> expected<int> { return error{}; });
    x.run("p");
    // As a success it has no value: its ticket would read an empty optional.
    REQUIRE(ended->state() == job_state::failed);
    CHECK_FALSE(ended->wait());
  }
}

TEST_CASE("an error that a body returns is the reason of its failure", "[G4]") {
  one_worker x;
  const auto ended = x.submit("p", []() -> expected<int> {
    return error{errc::unknown_kind, "why"};
  });
  const auto code_only
    = x.submit("p", []() -> expected<void> { return errc::connection_lost; });
  x.run("p");
  CHECK(ended->state() == job_state::failed);
  CHECK(ended->wait().error() == error{errc::unknown_kind, "why"});
  CHECK(code_only->wait().error() == error{errc::connection_lost});
}

TEST_CASE("a body that stops when asked is cancelled, one that does not is not",
          "[G4]") {
  one_worker x;
  const auto obeys
    = x.submit("p", [](job_context& job) { job.throw_if_stopped(); });
  const auto ignores = x.submit("p", [](job_context&) { return 3; });
  const auto not_asked
    = x.submit("p", [](job_context& job) { job.throw_if_stopped(); });
  REQUIRE(x.begin_turn("p"));
  for (const auto& y : {&*obeys, &*not_asked}) {
    REQUIRE(x.worker.begin_job());
    if (y == &*obeys)
      REQUIRE(y->cancel());
    x.worker.end_job();
    if (y == &*obeys) {
      REQUIRE(x.worker.begin_job());
      REQUIRE(ignores->cancel());
      x.worker.end_job();
    }
  }
  x.worker.end_turn();
  CHECK(obeys->state() == job_state::cancelled);
  CHECK(ignores->state() == job_state::succeeded);
  CHECK(*ignores->wait() == 3);
  CHECK(not_asked->state() == job_state::succeeded);
}
