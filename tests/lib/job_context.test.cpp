#include <foreman/job_context.hpp>

#include <support/catch.hpp>
#include <support/connected_worker.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <stdexcept>
#include <stop_token>
#include <string>

using namespace foreman;
using foreman::test::one_worker;
using foreman::test::says;
using foreman::test::scripted_session;

TEST_CASE("a body knows its project, its id and that it runs") {
  one_worker x;
  const auto ticket = x.submit("p", [](job_context& job) {
    CHECK(job.project() == "p");
    CHECK(job.home().project() == "p");
    CHECK(job_context::current() == &job);
    CHECK_FALSE(job.stop_requested());
    CHECK_FALSE(job.stop_token().stop_requested());
    job.throw_if_stopped();
    return job.id();
  });
  CHECK(job_context::current() == nullptr);
  x.run("p");
  CHECK(*ticket->wait() == ticket->id());
}

TEST_CASE("a body hears of a cancel through its stop token") {
  one_worker x;
  int called = 0;
  const auto ticket = x.submit("p", [&](job_context& job) {
    const std::stop_callback callback{job.stop_token(), [&] { ++called; }};
    CHECK(called == 0);
    CHECK(x.jobs.cancel("p", job.id()));
    CHECK(called == 1);
    CHECK(job.stop_requested());
    job.throw_if_stopped();
  });
  x.run("p");
  CHECK(ticket->state() == job_state::cancelled);
}

TEST_CASE("a body gets the connection of the name and type it asks for",
          "[G7][G12]") {
  test::connected_worker with;
  auto& x = with.x;
  const auto good = x.submit("p", [](job_context& job) {
    return job.connection<scripted_session>("db").server->open;
  });
  const auto wrong_name = x.submit("p", [](job_context& job) {
    (void) job.connection<scripted_session>("dbs");
  });
  const auto wrong_type = x.submit("p", [](job_context& job) {
    (void) job.connection<std::runtime_error>("db");
  });
  CHECK(x.run("p") == 3);
  CHECK(*good->wait());
  const auto no_such_name = wrong_name->wait().error();
  CHECK(no_such_name.code() == errc::unknown_connection);
  CHECK(says(no_such_name.message(), "job 2 of p asks for connection dbs"));
  CHECK(says(no_such_name.message(), "it has: db"));
  const auto no_such_type = wrong_type->wait().error();
  CHECK(no_such_type.code() == errc::unknown_connection);
  CHECK(says(no_such_type.message(),
             "job 3 of p asks for connection db as "
             "a type that it is not "
             "(std::runtime_error)"));
}

TEST_CASE("a body on a worker without connections is told that there are none",
          "[G12]") {
  one_worker x;
  const auto ticket
    = x.submit("p", [](job_context& job) { (void) job.connection<int>("db"); });
  x.run("p");
  CHECK(says(ticket->wait().error().message(), "it has: none"));
}

TEST_CASE("a body that cranks another system is its own body again after it") {
  // As a test or a tool that runs jobs inline would.
  one_worker outer;
  one_worker inner;
  const auto ticket = outer.submit("p", [&](job_context& job) {
    REQUIRE(inner.submit("q", [&] { CHECK(job_context::current() != &job); }));
    inner.run("q");
    return job_context::current() == &job;
  });
  outer.run("p");
  CHECK(*ticket->wait());
}
