// What a job did to a SQLite session, and what ends its statements.

#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/in_time.hpp"
#include "support/sql_sessions.hpp"
#include "support/temporary_folder.hpp"

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <soci/soci.h>

#include <chrono>
#include <string>
#include <vector>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;

// Hours.
const std::string endless = "with recursive r(x) as (select 1 union all select "
                            "x + 1 from r) select count(*) from r";

struct file {
  temporary_folder folder;
  std::string name = "sqlite:" + (folder / "main.sqlite");
};

} // namespace

TEST_CASE("what only closing takes away from a SQLite session is noticed",
          "[G7]") {
  const file at;
  auto it = open_connection(at.name);
  session_of(*it) << "create table t (a integer primary key, b)";
  session_of(*it) << "create table u (a references t)";
  REQUIRE(*it->reset(plenty) == reset_result::unasked);
  SECTION("what jobs do all the time costs no reset") {
    for (const auto* statement :
         {"insert into t (b) values (1)", "update t set b = 2", "delete from t",
          "create index i on t (b)", "drop index i", "pragma foreign_keys",
          "pragma table_info(t)", "select * from t",
          "pragma foreign_key_check(u)", "pragma integrity_check(3)", "begin",
          "create table v (x)", "commit", "alter table v rename to w",
          "savepoint s", "release s", "analyze"}) {
      INFO(statement);
      session_of(*it) << statement;
      CHECK(*it->reset(plenty) == reset_result::unasked);
    }
  }
  SECTION("what stays in a session") {
    const auto* const statement
      = GENERATE("pragma foreign_keys = off", "pragma recursive_triggers(1)",
                 "pragma main.cache_size = 3", "PRAGMA Query_Only = 1",
                 "attach ':memory:' as other", "create temp table x (y)",
                 "create temporary view x as select 1",
                 "create temp trigger x after insert on t begin select 1; end",
                 "create table temp.x (y)");
    INFO(statement);
    session_of(*it) << statement;
    CHECK(*it->reset(plenty) == reset_result::must_close);
    it->close();
    REQUIRE(it->open(plenty));
    CHECK(*it->reset(plenty) == reset_result::unasked);
  }
}

TEST_CASE("what the start of a SQLite session made is there, and changing it "
          "is noticed",
          "[G7]") {
  const file at;
  int starts = 0;
  auto it = sql::connections_to(at.name, {}, [&starts](soci::session& session) {
              ++starts;
              session << "create temp table mine (x)";
              session << "pragma recursive_triggers = on";
            }).value()();
  REQUIRE(it->open(plenty));
  CHECK(*it->reset(plenty) == reset_result::unasked);
  CHECK(value_of<int>(*it, "select count(*) from mine") == 0);
  CHECK(value_of<int>(*it, "pragma recursive_triggers") == 1);
  CHECK(*it->reset(plenty) == reset_result::unasked);
  CHECK(starts == 1);
  session_of(*it) << GENERATE("insert into mine values (1)", "drop table mine",
                              "alter table mine rename to yours");
  CHECK(*it->reset(plenty) == reset_result::must_close);
  it->close();
  REQUIRE(it->open(plenty));
  CHECK(value_of<int>(*it, "select count(*) from mine") == 0);
  CHECK(starts == 2);
}

TEST_CASE("a start that leaves its SQLite session closed fails the open by "
          "name",
          "[G12]") {
  const file at;
  auto it = sql::connections_to(at.name, {}, [](soci::session& session) {
              session.close();
            }).value()();
  (void) check_that_start_must_not_close(*it);
}

TEST_CASE("what a job changes in the SOCI session of a SQLite file itself is "
          "gone for the next, whatever the session began with",
          "[G7]") {
  const file at;
  const auto* const what = GENERATE("nothing", "a pragma", "a transformation");
  INFO(what);
  const std::string begin = what;
  system_options options{.workers = 1};
  options.connections.emplace(
    "main",
    sql::connections_to(at.name, {},
                        begin == "nothing"
                          ? sql::session_start{}
                          : [begin](soci::session& session) {
                              session << "pragma recursive_triggers = on";
                              if (begin == "a transformation")
                                session.set_query_transformation(
                                  [](const std::string& query) {
                                    return query == "select 2" ? "select 5"
                                                               : query;
                                  });
                            })
      .value());
  system fm{std::move(options)};
  const auto ask = [&fm](const std::string& project, const char* query) {
    return fm
      .submit(project,
              [query](job_context& job) {
                int result = 0;
                job.connection<soci::session>("main") << query,
                  soci::into(result);
                return result;
              })
      ->wait()
      .value();
  };
  const int two = begin == "a transformation" ? 5 : 2;
  for (int i = 0; i < 2; ++i) {
    CHECK(ask("honest", "select 2") == two);
    REQUIRE(
      fm.submit(
          "changer",
          [](job_context& job) {
            job.connection<soci::session>("main").set_query_transformation(
              [](const std::string&) { return "select 666"; });
          })
        ->wait());
    CHECK(ask("other", "select 7") == 7);
    CHECK(ask("other", "select 2") == two);
  }
  // Which jobs that change nothing do not pay for, unless the start did it.
  CHECK((fm.connections().at(0).counts.reopened() == 0)
        == (begin != "a transformation"));
}

TEST_CASE("a job's pragma does not reach another project's job", "[G7]") {
  const file at;
  system_options options{.workers = 1};
  options.connections.emplace("main", sql::connections_to(at.name).value());
  system fm{std::move(options)};
  const auto run = [&fm](const std::string& project, const char* statement) {
    return fm
      .submit(project,
              [statement](job_context& job) {
                job.connection<soci::session>("main") << statement;
              })
      ->wait();
  };
  REQUIRE(run("a", "create table parent (id integer primary key)"));
  REQUIRE(run("a", "create table child (id references parent (id))"));
  REQUIRE(run("import", "pragma foreign_keys = off"));
  CHECK_FALSE(run("b", "insert into child values (7)"));
}

TEST_CASE("a SQLite statement that runs is interrupted by cancel and drain",
          "[G10]") {
  const file at;
  system_options options{.workers = 1};
  options.connections.emplace("main", sql::connections_to(at.name).value());
  system fm{std::move(options)};
  std::atomic<bool> begun{false};
  const auto job = fm.submit("p", [&begun](job_context& job) {
    auto& session = job.connection<soci::session>("main");
    begun = true;
    long long count = 0;
    session << endless, soci::into(count);
  });
  REQUIRE(job);
  REQUIRE(await([&] { return begun.load(); }));
  SECTION("cancel") {
    CHECK(fm.cancel("p", job->id()));
  }
  SECTION("drain") {
    const auto took = time_of([&] { CHECK(fm.drain(2s)->left.empty()); });
    CHECK(took <= at_the_latest(2s));
  }
  CHECK_FALSE(job->wait());
  CHECK(job->state() == job_state::cancelled);
}

TEST_CASE("a SQLite statement that waits for a lock is interrupted, too",
          "[G10]") {
  const file at;
  auto holder = open_connection(at.name);
  session_of(*holder) << "create table t (x)";
  session_of(*holder) << "begin immediate";
  system_options options{.workers = 1};
  options.connections.emplace("main", sql::connections_to(at.name).value());
  system fm{std::move(options)};
  std::atomic<bool> begun{false};
  const auto job = fm.submit("p", [&begun](job_context& job) {
    auto& session = job.connection<soci::session>("main");
    begun = true;
    session << "insert into t values (1)";
  });
  REQUIRE(job);
  REQUIRE(await([&] { return begun.load(); }));
  const auto took = time_of([&] {
    CHECK(fm.cancel("p", job->id()));
    CHECK_FALSE(job->wait());
  });
  CHECK(job->state() == job_state::cancelled);
  CHECK(took < 4s); // of the 5 that it waits for locks
}

TEST_CASE("an interrupt ends one SQLite statement, and none after a reset or a "
          "check") {
  const file at;
  auto it = open_connection(at.name + "?statement_timeout=300");
  CHECK(it->interrupt(plenty));
  const auto took = time_of(
    [&] { CHECK_THROWS_AS(value_of<int>(*it, endless), soci::soci_error); });
  CHECK(took < 300ms);
  for (int i = 0; i < 2; ++i) {
    CHECK(it->interrupt(plenty));
    if (i == 0)
      REQUIRE(it->reset(plenty));
    else
      REQUIRE(it->check(plenty));
    // Ended by its timeout, not before.
    CHECK(time_of([&] {
            CHECK_THROWS_AS(value_of<int>(*it, endless), soci::soci_error);
          })
          >= 300ms);
  }
  CHECK(it->check(plenty));
}

TEST_CASE("a SQLite statement that waits for a lock has its timeout, too") {
  const file at;
  auto holder = open_connection(at.name);
  session_of(*holder) << "create table t (x)";
  session_of(*holder) << "begin immediate";
  auto it = open_connection(at.name + "?statement_timeout=200");
  const auto took = time_of([&] {
    CHECK_THROWS_AS(session_of(*it) << "insert into t values (1)",
                    soci::soci_error);
  });
  CHECK(took >= 200ms);
  CHECK(took < 4s); // of the 5 that it waits for locks
}

TEST_CASE("many workers write to one SQLite file in turns, if what they write "
          "begins with the lock") {
  const file at;
  system_options options{.workers = 8};
  options.connections.emplace("main", sql::connections_to(at.name).value());
  system fm{std::move(options)};
  const auto run = [&fm](const std::string& project, auto body) {
    return fm
      .submit(project,
              [body](job_context& job) {
                body(job.connection<soci::session>("main"));
              })
      .value();
  };
  REQUIRE(run("setup", [](soci::session& session) {
            session << "create table counter (n integer)";
            session << "insert into counter values (0)";
          }).wait());
  std::vector<ticket<void>> all;
  for (int i = 0; i < 80; ++i)
    all.push_back(run("p" + std::to_string(i), [](soci::session& session) {
      int n = 0;
      session << "begin immediate";
      session << "select n from counter", soci::into(n);
      session << "update counter set n = " << n + 1;
      session << "commit";
    }));
  for (const auto& x : all) {
    const auto done = x.wait();
    if (!done)
      FAIL_CHECK(done.error().message());
  }
  const auto it = open_connection(at.name);
  CHECK(value_of<int>(*it, "select n from counter") == 80);
}

TEST_CASE("a SQLite transaction that has read waits for no other writer") {
  const file at;
  const std::string mode = GENERATE("delete", "wal");
  INFO(mode);
  auto reader = open_connection(at.name);
  CHECK(value_of<std::string>(*reader, "pragma journal_mode = " + mode)
        == mode);
  session_of(*reader) << "create table t (x)";
  session_of(*reader) << "begin";
  (void) value_of<int>(*reader, "select count(*) from t");
  auto writer = open_connection(at.name);
  session_of(*writer) << "begin immediate";
  const auto took = time_of([&] {
    CHECK_THROWS_WITH(session_of(*reader) << "insert into t values (1)",
                      Catch::Matchers::Contains("database is locked"));
  });
  CHECK(took < 4s); // of the 5 that it waits for locks
  if (mode == "delete")
    return;
  // Who reads goes on beside the writer, also when that ends.
  session_of(*writer) << "commit";
  CHECK(value_of<int>(*reader, "select count(*) from t") == 0);
}

TEST_CASE("a statement timeout out of its range is named", "[G12]") {
  for (const auto* text :
       {"sqlite:x?statement_timeout=", "mariadb:statement_timeout=",
        "postgresql:statement_timeout=",
        "postgresql://h/d?connect_timeout=3&statement_timeout="}) {
    for (const auto* bad : {"0", "-1", "86400001", "5s", "1.5"}) {
      INFO(text << bad);
      const auto refused = sql::connections_to(std::string{text} + bad);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code() == errc::invalid_option);
      CHECK(refused.error().message().find("statement_timeout is no whole "
                                           "number from 1 to 86400000")
            == 0);
    }
    for (const auto* good : {"1", "86400000"})
      CHECK(sql::connections_to(std::string{text} + good));
  }
  // A file may be called so.
  const file at;
  auto it = open_connection(at.name + "?mode=ro");
  session_of(*it) << "create table t (x)";
}

} // namespace foreman::test
