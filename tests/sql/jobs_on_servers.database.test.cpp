#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/shared_database.hpp"
#include "support/sql_sessions.hpp"

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <soci/soci.h>

#include <string>

namespace foreman::test {

namespace {

// One worker, so that all jobs meet the same connection, and a clock that
// stands still: by time alone each check would trust the session.
struct setting {
  explicit setting(database_kind kind) : own{kind} {}

  system_options options() {
    system_options result;
    result.workers = 1;
    result.connections.emplace(
      "main", sql::connections_to(own.address().by_tcp()).value());
    result.time = &time;
    return result;
  }

  shared_database own;
  manual_clock time;
};

template <class Body>
auto run(system& fm, Body body) {
  auto submitted = fm.submit("project", body);
  REQUIRE(submitted);
  auto done = submitted->wait();
  if (!done)
    FAIL(to_string(done.error()));
  return *done;
}

int session_id(soci::session& session) {
  int result = 0;
  session << (session.get_backend_name() == "mysql"
                ? "select connection_id()"
                : "select pg_backend_pid()"),
    soci::into(result);
  return result;
}

int session_id_of(job_context& job) {
  return session_id(job.connection<soci::session>("main"));
}

} // namespace

TEST_CASE("a job does not start on a session that its server has ended",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  setting with{kind};
  system fm{with.options()};
  const auto first = run(fm, session_id_of);
  CHECK(run(fm, session_id_of) == first); // one session serves many jobs
  const bool mariadb = kind == database_kind::mariadb;
  with.own.address().ask((mariadb ? "kill " : "select pg_terminate_backend(")
                         + std::to_string(first) + (mariadb ? "" : ")"));
  // Until the server has hung up; only the peek can tell.
  CHECK(await([&] {
    return with.own.address().ask(
             mariadb ? "select count(*) from information_schema.processlist "
                       "where id = "
                 + std::to_string(first)
                     : "select count(*) from pg_stat_activity where pid = "
                 + std::to_string(first))
      == "0";
  }));
  CHECK(run(fm, session_id_of) != first);
}

TEST_CASE("a transaction that a job left open on a server is not seen by the "
          "next job",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  setting with{kind};
  system fm{with.options()};
  const auto count = [](job_context& job) {
    int result = -1;
    job.connection<soci::session>("main") << "select count(*) from t",
      soci::into(result);
    return result;
  };
  const auto first = run(fm, [](job_context& job) {
    auto& session = job.connection<soci::session>("main");
    session << "create table t (x int)";
    session << "begin";
    session << "insert into t values (1)";
    return session_id(session);
  });
  CHECK(run(fm, count) == 0);
  CHECK(run(fm, session_id_of) != first);
}

} // namespace foreman::test
