// What cancel, drain and a timeout do to a statement that runs on a server.

#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/in_time.hpp"
#include "support/own_server.hpp"
#include "support/shared_database.hpp"
#include "support/sql_sessions.hpp"

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

system_options with_sessions(const std::string& database,
                             std::size_t workers = 1) {
  system_options result{.workers = workers};
  result.connections.emplace("main", sql::connections_to(database).value());
  return result;
}

// 30 s of work in the server, marked by `mark`.
std::string long_statement(database_kind kind, const std::string& mark) {
  return kind == database_kind::mariadb
    ? "select /*" + mark + "*/ sleep(30) from (select 1 union select 2) as t"
    : "select /*" + mark + "*/ pg_sleep(30)";
}

// How many statements marked by `mark` the server runs, but for the question.
int running(const database_address& where, const std::string& mark) {
  const auto like = " like 'select /*" + mark + "*/%'";
  return std::stoi(where.ask(
    where.kind == database_kind::mariadb
      ? "select count(*) from information_schema.processlist where info" + like
      : "select count(*) from pg_stat_activity where state = 'active' and query"
        + like));
}

auto submit(system& fm, const std::string& project,
            const std::string& statement) {
  return fm
    .submit(project,
            [statement](job_context& job) {
              std::string result;
              job.connection<soci::session>("main") << statement,
                soci::into(result);
            })
    .value();
}

} // namespace

TEST_CASE("a cancel ends the statement that its job waits for, and the job is "
          "cancelled",
          "[G7][G10]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto address = GENERATE(true, false) ? own.address().by_tcp()
                                       : own.address().by_socket();
  if (kind == database_kind::mariadb && GENERATE(false, true))
    address += " sslca=" + (own.address().folder / "tls.crt").string();
  INFO(address);
  system fm{with_sessions(address)};
  const auto job = submit(fm, "cancelled", long_statement(kind, "cancelled"));
  REQUIRE(await([&] { return running(own.address(), "cancelled") == 1; }));
  const auto took = time_of([&] {
    CHECK(fm.cancel("cancelled", job.id()));
    CHECK_FALSE(job.wait());
  });
  CHECK(took < 10s); // of its 30
  INFO(job.wait().error().message());
  CHECK(job.state() == job_state::cancelled);
  CHECK(running(own.address(), "cancelled") == 0);
  // The session goes on, unharmed.
  for (int i = 0; i < 3; ++i)
    CHECK(fm.submit("next",
                    [](job_context& job) {
                      int one = 0;
                      job.connection<soci::session>("main") << "select 1",
                        soci::into(one);
                      return one;
                    })
            ->wait());
  CHECK(fm.connections().at(0).counts.passed_by_open == 1);
}

TEST_CASE("a drain leaves no statement behind in the server, and holds its "
          "deadline",
          "[G10]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  // What jobs wait for in MariaDB is a lock, and not `sleep`: all sleeps of a
  // server share one mutex, and several kills at once get in each other's way
  // there for up to 2 s (its `THD::abort_current_cond_wait` tries it 40 times,
  // and holds what the sleeper needs to give it back).
  const auto holder = open_connection(own.address().by_tcp());
  if (kind == database_kind::mariadb)
    REQUIRE(value_of<int>(*holder, "select get_lock(database(), 0)") == 1);
  system fm{with_sessions(own.address().by_tcp(), 4)};
  for (int i = 0; i < 4; ++i) {
    const auto project = "drained" + std::to_string(i);
    (void) submit(fm, project,
                  kind == database_kind::mariadb
                    ? "select /*" + project + "*/ get_lock(database(), 30)"
                    : long_statement(kind, project));
  }
  REQUIRE(await([&] { return running(own.address(), "drained%") == 4; }));
  // Its last tenth is for the servers, also on a busy machine.
  const milliseconds deadline{10'000};
  const auto took = time_of([&] {
    const auto report = fm.drain(deadline);
    REQUIRE(report);
    CHECK(report->left.empty());
    CHECK(report->cancelled == 4);
  });
  CHECK(took <= at_the_latest(deadline));
  CHECK(running(own.address(), "drained%") == 0);
}

TEST_CASE("an interrupt holds its deadline when the server is stopped, and its "
          "connection is closed",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  auto& server = own_server(kind);
  const bool tcp = GENERATE(true, false);
  const auto address
    = tcp ? server.address().by_tcp() : server.address().by_socket();
  auto it = open_connection(address);
  server.freeze();
  const milliseconds deadline{300};
  bool done = true;
  const auto took = time_of([&] { done = it->interrupt(deadline); });
  // One that was late is not over yet: the next is no second one.
  const auto again = time_of([&] { CHECK_FALSE(it->interrupt(deadline)); });
  it->close();
  server.thaw();
  CHECK_FALSE(done);
  CHECK(took >= deadline);
  CHECK(took <= at_the_latest(deadline));
  CHECK(again <= at_the_latest(0ms));
  REQUIRE(it->open(plenty));
  CHECK(it->check(plenty));
}

TEST_CASE("an interrupt that comes when its job ends hits nobody else",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const auto reset = GENERATE(session_reset::always, session_reset::never);
  const shared_database own{kind};
  auto options = with_sessions(own.address().by_tcp());
  options.check.reset = reset;
  options.check.trust_window = 1h;
  system fm{std::move(options)};
  const std::string brief = kind == database_kind::mariadb
    ? "select sleep(0.001)"
    : "select pg_sleep(0.001)";
  int cancelled = 0;
  for (int i = 0; i < 200; ++i) {
    const auto body = [&brief](job_context& job) {
      std::string slept;
      job.connection<soci::session>("main") << brief, soci::into(slept);
    };
    const auto hit = fm.submit("cancelled", body);
    const auto other = fm.submit("other", body);
    REQUIRE(hit);
    REQUIRE(other);
    std::this_thread::sleep_for(std::chrono::microseconds{i * 20});
    (void) fm.cancel("cancelled", hit->id());
    if (!hit->wait())
      ++cancelled;
    const auto done = other->wait();
    if (!done)
      FAIL(done.error().message());
  }
  CHECK(cancelled > 0);
  CHECK(cancelled < 200);
}

TEST_CASE("a statement that takes longer than its timeout fails, and its "
          "session goes on") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto it = open_connection(own.address().by_tcp() + " statement_timeout=200");
  for (int i = 0; i < 2; ++i) {
    const auto took = time_of([&] {
      CHECK_THROWS_AS(value_of<std::string>(*it, long_statement(kind, "late")),
                      soci::soci_error);
    });
    CHECK(took >= 200ms);
    CHECK(took < 10s); // of its 30
    CHECK(it->check(plenty));
    REQUIRE(it->reset(plenty)); // and it holds again
  }
}

} // namespace foreman::test
