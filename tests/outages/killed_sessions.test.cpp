#include "connected_system.hpp"
#include "server_sessions.hpp"
#include "support/await.hpp"
#include "support/database_server.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace foreman::test {

namespace {

// Four workers that never need to ping as long as all is well.
struct setting {
  explicit setting(database_kind kind)
    : server{kind}, sessions{server.address()} {}

  system_options options() const {
    auto result = with_sessions(server.address().by_tcp(), workers);
    result.check.trust_window = std::chrono::hours{1};
    // Else each reset is a sign of life, and none needs a ping.
    result.check.reset = session_reset::never;
    return result;
  }

  std::vector<int> ids(system& fm) const {
    return values_of(run_side_by_side(fm, workers, [this](job_context& job) {
      return sessions.id_of(main_session(job));
    }));
  }

  void kill_all() {
    server.address().ask(sessions.kill_all());
    CHECK(await([&] { return sessions.count() == 0; }));
  }

  static constexpr int workers = 4;
  database_server server;
  server_sessions sessions;
};

} // namespace

TEST_CASE("sessions that are all killed between jobs fail none", "[G7]") {
  setting with{GENERATE(database_kind::mariadb, database_kind::postgresql)};
  system fm{with.options()};
  const auto before = with.ids(fm);
  with.kill_all();
  for (const auto id : with.ids(fm))
    CHECK(std::count(before.begin(), before.end(), id) == 0);
  const auto now = main_status(fm);
  CHECK(now.counts.reopened_dead == with.workers);
  CHECK(now.losses == 1);
}

TEST_CASE("a session that was killed has each other one pinged, once", "[G7]") {
  setting with{GENERATE(database_kind::mariadb, database_kind::postgresql)};
  system fm{with.options()};
  const auto before = with.ids(fm);
  REQUIRE(main_status(fm).counts.passed_by_ping == 0);
  REQUIRE(with.sessions.kill(before.front()));
  // Those that are checked before the loss is noticed are pinged next time.
  for (int round = 0; round < 3; ++round)
    with.ids(fm);
  const auto now = main_status(fm);
  CHECK(now.counts.reopened_dead == 1);
  CHECK(now.counts.passed_by_ping == with.workers - 1);
}

TEST_CASE("jobs whose sessions are killed may have executed, and the next ones "
          "have sessions that work",
          "[G7]") {
  setting with{GENERATE(database_kind::mariadb, database_kind::postgresql)};
  system fm{with.options()};
  std::vector<ticket<void>> hit;
  for (int i = 0; i < with.workers; ++i)
    hit.push_back(fm.submit("project " + std::to_string(i),
                            [&](job_context& job) {
                              with.sessions.sleep(main_session(job), 60);
                            })
                    .value());
  REQUIRE(await([&] { return with.sessions.asleep() == with.workers; }));
  with.kill_all();
  for (const auto& x : hit)
    check_lost_in_job(x.wait());
  with.ids(fm);
  CHECK(main_status(fm).counts.lost_in_job == with.workers);
}

} // namespace foreman::test
