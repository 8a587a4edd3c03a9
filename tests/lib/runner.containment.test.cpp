// What a body may do to its worker: end with anything, and end nothing else.

#include <foreman/runner.hpp>

#include <pthread.h>
#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

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

struct counts_its_end {
  explicit counts_its_end(int& count) : count{count} {}

  ~counts_its_end() {
    ++count;
  }

  counts_its_end(const counts_its_end&) = delete;
  counts_its_end& operator=(const counts_its_end&) = delete;

  int& count;
};

void never_inlined_exit() {
  pthread_exit(nullptr);
}

} // namespace

TEST_CASE("an exception of any type ends its job and nothing else",
          "[G8][G4]") {
  struct row {
    const char* what;
    std::function<void(job_context&)> body;
    job_state state;
    error why;
  };
  const error not_an_exception{
    errc::job_threw, "the body threw something that is not a std::exception"};
  const error stopped_when_asked{errc::cancelled,
                                 "the job stopped when it was asked to"};
  const row rows[] = {
    {"int", [](auto&) { throw 42; }, job_state::failed, not_an_exception},
    {"const char*", [](auto&) { throw "text"; }, job_state::failed,
     not_an_exception},
    {"a class", [](auto&) { throw strange{}; }, job_state::failed,
     not_an_exception},
    {"nullptr", [](auto&) { throw nullptr; }, job_state::failed,
     not_an_exception},
    {"std::runtime_error",
     [](auto&) { throw std::runtime_error{"no table"}; },
     job_state::failed,
     {errc::job_threw, "no table"}},
    {"std::bad_alloc",
     [](auto&) { throw std::bad_alloc{}; },
     job_state::failed,
     {errc::job_threw, std::bad_alloc{}.what()}},
    {"an empty text",
     [](auto&) { throw std::runtime_error{""}; },
     job_state::failed,
     {errc::job_threw, ""}},
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
    CHECK_FALSE(x.worker.in_body());
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

TEST_CASE("a body that ends its thread ends its job, and the thread does end",
          "[G8][G4]") {
  one_worker x;
  int unwound = 0;
  bool came_back = false;
  const auto ended = x.submit("p", [&] {
    const counts_its_end local{unwound};
    never_inlined_exit();
  });
  const auto next = x.submit("p", [] {});
  REQUIRE(x.begin("p"));
  std::thread worker{[&] {
    const counts_its_end frame{unwound};
    x.worker.end_job();
    came_back = true;
  }};
  worker.join();
  CHECK_FALSE(came_back); // passed on, not swallowed
  CHECK(unwound == 2);
  CHECK(ended->state() == job_state::failed);
  const auto result = ended->wait();
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == errc::thread_exited);
  CHECK(says(result.error().message(), "job 1 of p"));
  CHECK_FALSE(x.jobs.is_running("p"));
  CHECK_FALSE(x.worker.in_body());
  CHECK_FALSE(x.worker.current());
  // Another thread ends the turn and goes on with the project.
  x.worker.end_turn();
  CHECK(x.run("p") == 1);
  CHECK(next->state() == job_state::succeeded);
}

TEST_CASE("a body that ends its thread leaves no transaction open",
          "[G7][G8]") {
  const auto server = std::make_shared<test::scripted_server>();
  const check_options options;
  const test::manual_clock time;
  one_worker x{{},
               20,
               {{{"db", test::scripted_factory(server)}},
                options,
                time,
                [] { return 0.0; },
                [](log_level, std::string_view) {}}};
  const auto ended = x.submit("p", [&] {
    server->in_transaction = true;
    never_inlined_exit();
  });
  REQUIRE(x.begin("p"));
  std::thread worker{[&] { x.worker.end_job(); }};
  worker.join();
  REQUIRE(ended->state() == job_state::failed);
  CHECK_FALSE(server->in_transaction);
  // Nor does the old check let another job begin.
  REQUIRE(x.submit("p", [] {}));
  CHECK_FALSE(x.worker.begin_job());
  x.worker.end_turn();
}
