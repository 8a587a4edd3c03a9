#include "connected_system.hpp"
#include "server_sessions.hpp"
#include "support/await.hpp"
#include "support/database_server.hpp"

#include <string>

namespace foreman::test {

TEST_CASE("a server that is killed and comes back between jobs fails none",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  database_server server{kind};
  const server_sessions sessions{server.address()};
  const auto id
    = [&](job_context& job) { return sessions.id_of(main_session(job)); };
  system fm{with_sessions(server.address().by_tcp(), 4)};
  values_of(run_side_by_side(fm, 4, id));
  server.kill();
  server.start();
  values_of(run_side_by_side(fm, 4, id));
  const auto now = main_status(fm);
  CHECK(now.counts.reopened_dead == 4);
  CHECK(now.counts.lost_in_job == 0);
  CHECK(now.losses == 1); // of the server, not of each session
}

TEST_CASE("a job whose server is killed may have executed, and the next one "
          "waits for the server",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  database_server server{kind};
  const server_sessions sessions{server.address()};
  system fm{with_sessions(server.address().by_tcp(), 2)};
  const auto hit = fm.submit("project", [&](job_context& job) {
    sessions.sleep(main_session(job), 60);
  });
  const auto next = fm.submit("project", [&](job_context& job) {
    return sessions.id_of(main_session(job));
  });
  REQUIRE(await([&] { return sessions.asleep() == 1; }));
  server.kill();
  check_lost_in_job(hit->wait());
  CHECK(await([&] { return fm.status("project")->deferred_for == "main"; }));
  CHECK(fm.status("project")->deferred_job == next->id());
  CHECK_FALSE(next->finished());
  server.start();
  CHECK(next->wait());
  CHECK(main_status(fm).counts.lost_in_job == 1);
}

} // namespace foreman::test
