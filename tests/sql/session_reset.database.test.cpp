// What a job did to its session on a real server, after a reset.

#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database_server.hpp"
#include "support/in_time.hpp"
#include "support/own_server.hpp"
#include "support/shared_database.hpp"
#include "support/sql_sessions.hpp"

#include <foreman/sql/database.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// What a job does, and what then tells of it.
struct change {
  std::string does;
  std::string asks;
};

const std::vector<change> on_postgresql{
  {"select set_config('search_path', '', false)", "show search_path"},
  {"set statement_timeout = 1234567", "show statement_timeout"},
  {"set role left_role", "select current_user"},
  {"create temporary table left_table (x int)",
   "select count(*) from pg_class where relname = 'left_table'"},
  {"listen left_channel", "select count(*) from pg_listening_channels()"},
  {"select pg_advisory_lock(7)",
   "select count(*) from pg_locks where locktype = 'advisory' and pid = "
   "pg_backend_pid()"},
  {"prepare left_statement as select 1",
   "select count(*) from pg_prepared_statements where name = "
   "'left_statement'"},
  {"declare left_cursor cursor with hold for select 1",
   "select count(*) from pg_cursors where name = 'left_cursor'"},
  {"set session characteristics as transaction read only",
   "show default_transaction_read_only"},
};

const std::vector<change> on_mariadb{
  {"set foreign_key_checks = 0", "select @@foreign_key_checks"},
  {"set sql_mode = ''", "select @@sql_mode"},
  {"set @left = 7", "select coalesce(@left, 0)"},
  {"set time_zone = '+05:00'", "select @@time_zone"},
  {"select get_lock('left', 0)", "select coalesce(is_used_lock('left'), 0)"},
  // It hides the one that is there.
  {"create temporary table there (x int) select 1 as x",
   "select count(*) from there"},
  {"insert into mine (y) values (1)", "select last_insert_id()"},
};

void execute(connection& on, const std::string& statement) {
  session_of(on) << statement;
}

std::vector<std::string> answers(connection& from,
                                 const std::vector<change>& to) {
  std::vector<std::string> result;
  for (const auto& x : to)
    result.push_back(value_of<std::string>(from, x.asks));
  return result;
}

std::string id_query(database_kind kind) {
  return kind == database_kind::mariadb ? "select connection_id()"
                                        : "select pg_backend_pid()";
}

} // namespace

TEST_CASE("what a job did to its session is gone after a reset, and the "
          "session goes on",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const bool mariadb = kind == database_kind::mariadb;
  const auto& changes = mariadb ? on_mariadb : on_postgresql;
  const shared_database own{kind};
  auto address = own.address().by_tcp();
  if (mariadb && GENERATE(false, true))
    address += " sslca=" + (own.address().folder / "tls.crt").string();
  INFO(address);
  if (mariadb) {
    own.address().ask("create table there (x int)");
    own.address().ask(
      "create table mine (id int auto_increment primary key, y int)");
  } else {
    try {
      own.address().ask("create role left_role");
    } catch (const std::exception&) {} // it is there
  }
  auto it = open_connection(address);
  const auto id = value_of<int>(*it, id_query(kind));
  const auto before = answers(*it, changes);
  for (const auto& x : changes)
    if (x.does.starts_with("select"))
      value_of<std::string>(*it, x.does);
    else
      execute(*it, x.does);
  const auto changed = answers(*it, changes);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    INFO(changes[i].does);
    CHECK(changed[i] != before[i]);
  }
  REQUIRE_FALSE(it->in_transaction());
  const auto done = it->reset(plenty);
  if (!done)
    FAIL(done.error().message());
  CHECK(*done == reset_result::answered);
  CHECK(it->quiet());
  CHECK(answers(*it, changes) == before);
  CHECK(value_of<int>(*it, id_query(kind)) == id);
}

TEST_CASE("what a reset of MariaDB does not take away has the connection "
          "closed",
          "[G7]") {
  const shared_database own{database_kind::mariadb};
  auto it = open_connection(own.address().by_tcp());
  SECTION("another database") {
    execute(*it, "use mysql");
  }
  SECTION("a role") {
    execute(*it, "create or replace role left_role");
    execute(*it, "set role left_role");
  }
  SECTION("another character set, of which the client library knows") {
    execute(*it, "set names latin1");
  }
  const auto done = it->reset(plenty);
  REQUIRE(done);
  CHECK(*done == reset_result::must_close);
  it->close();
  REQUIRE(it->open(plenty));
  CHECK(value_of<std::string>(*it, "select database()") == own.address().name);
  CHECK(value_of<std::string>(*it, "select coalesce(current_role(), 'none')")
        == "none");
  CHECK(*it->reset(plenty) == reset_result::answered);
}

TEST_CASE("what a MariaDB server runs after a login is there for each job",
          "[G7]") {
  auto& server = own_server(database_kind::mariadb);
  server.address().ask("create or replace user plain identified by 'secret'");
  server.address().ask("set global init_connect = 'set @begun = 7'");
  auto address = server.address();
  address.user = "plain"; // it is not run for those who may do all
  address.name = "information_schema";
  auto it = open_connection(address.by_tcp());
  CHECK(value_of<int>(*it, "select @begun") == 7);
  execute(*it, "set @begun = 1");
  CHECK(*it->reset(plenty) == reset_result::must_close);
  it->close();
  REQUIRE(it->open(plenty));
  CHECK(value_of<int>(*it, "select @begun") == 7);
  // As it is now, not as it was when the session was opened.
  server.address().ask("set global init_connect = ''");
  CHECK(*it->reset(plenty) == reset_result::must_close);
  it->close();
  REQUIRE(it->open(plenty));
  CHECK(*it->reset(plenty) == reset_result::answered);
}

TEST_CASE("a PostgreSQL session tells numbers after a reset as it did before",
          "[G7]") {
  const shared_database own{database_kind::postgresql};
  const auto* const options
    = GENERATE("", " options='-c extra_float_digits=2'");
  auto it = open_connection(own.address().by_tcp() + options);
  const auto digits = value_of<std::string>(*it, "show extra_float_digits");
  CHECK(digits == (*options == '\0' ? "1" : "2"));
  CHECK(value_of<double>(*it, "select 0.1::float8 + 0.2::float8") == 0.1 + 0.2);
  REQUIRE(it->reset(plenty));
  CHECK(value_of<std::string>(*it, "show extra_float_digits") == digits);
  CHECK(value_of<double>(*it, "select 0.1::float8 + 0.2::float8") == 0.1 + 0.2);
}

TEST_CASE("what the database string and the start of a session set up is there "
          "again after a reset",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const bool mariadb = kind == database_kind::mariadb;
  const shared_database own{kind};
  if (!mariadb) {
    try {
      own.address().ask("create role start_role");
    } catch (const std::exception&) {} // it is there
  }
  const auto text = own.address().by_tcp()
    + (mariadb ? " charset=latin1 statement_timeout=86000000"
               : " statement_timeout=86000000 client_encoding=LATIN1 "
                 "options='-c search_path=pg_catalog -c "
                 "role=start_role'");
  int starts = 0;
  auto it
    = sql::connections_to(text, {}, [mariadb, &starts](soci::session& session) {
        ++starts;
        session << (mariadb ? "set time_zone = '+05:00'"
                            : "set time zone 'Asia/Tokyo'");
        session << (mariadb ? "prepare started from 'select 5'"
                            : "prepare started as select 5");
      }).value()();
  REQUIRE(it->open(plenty));
  const auto asks = mariadb
    ? std::vector<std::string>{"select @@character_set_client",
                               "select @@max_statement_time",
                               "select database()", "select @@time_zone",
                               "execute started"}
    : std::vector<std::string>{"show client_encoding", "show statement_timeout",
                               "show search_path",     "select current_user",
                               "show time zone",       "execute started"};
  const auto as_told = mariadb
    ? std::vector<std::string>{"latin1", "86000.000000", own.address().name,
                               "+05:00", "5"}
    : std::vector<std::string>{"LATIN1",     "86000s",     "pg_catalog",
                               "start_role", "Asia/Tokyo", "5"};
  const auto all = [&] {
    std::vector<std::string> result;
    for (const auto& x : asks)
      result.push_back(value_of<std::string>(*it, x));
    return result;
  };
  CHECK(all() == as_told);
  CHECK(starts == 1);
  for (const auto* change : mariadb
         ? std::vector<const char*>{"set max_statement_time = 0",
                                    "set time_zone = '+09:00'",
                                    "deallocate prepare started"}
         : std::vector<const char*>{
           "set client_encoding = 'UTF8'", "set statement_timeout = 0",
           "set search_path = public", "set time zone 'UTC'", "deallocate all",
           "set role foreman"})
    execute(*it, change);
  for (int i = 0; i < 2; ++i) {
    const auto done = it->reset(plenty);
    if (!done)
      FAIL(done.error().message());
    CHECK(*done == reset_result::answered);
    CHECK(all() == as_told);
  }
  CHECK(starts == 3);
}

TEST_CASE("a start that fails fails the open and the reset with its reason") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  bool fails = true;
  auto it = sql::connections_to(own.address().by_tcp(), {},
                                [&fails](soci::session& session) {
                                  session
                                    << (fails ? "set nonsense" : "select 1");
                                })
              .value()();
  CHECK_THROWS_AS(it->open(plenty), soci::soci_error);
  it->close();
  fails = false;
  REQUIRE(it->open(plenty));
  fails = true;
  CHECK_THROWS_AS(it->reset(plenty), soci::soci_error);
  it->close();
  SECTION("one that leaves a transaction open is misconfigured") {
    auto left
      = sql::connections_to(own.address().by_tcp(), {},
                            [](soci::session& session) { session << "begin"; })
          .value()();
    const auto opened = left->open(plenty);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code() == errc::connection_misconfigured);
    CHECK(left->resource(typeid(soci::session)) == nullptr);
  }
}

TEST_CASE("a start that leaves its session closed fails the open and the reset "
          "by name",
          "[G12]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  bool closes = true;
  auto it
    = sql::connections_to(own.address().by_tcp(), {}, [&](soci::session& to) {
        if (closes)
          to.close();
      }).value()();
  const auto refused = check_that_start_must_not_close(*it);
  closes = false;
  REQUIRE(it->open(plenty));
  CHECK(value_of<int>(*it, "select 5") == 5);
  closes = true;
  const auto done = it->reset(plenty);
  REQUIRE_FALSE(done);
  CHECK(done.error() == refused);
  it->close();
}

TEST_CASE("a reset ends within its deadline when the server is stopped, and "
          "does not wait to close",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  auto& server = own_server(kind);
  const auto* const by = GENERATE("socket", "TCP", "TLS");
  std::string address = by == std::string{"socket"}
    ? server.address().by_socket()
    : server.address().by_tcp();
  if (by == std::string{"TLS"} && kind == database_kind::mariadb)
    address += " sslca=" + (server.address().folder / "tls.crt").string();
  INFO(address);
  const bool starts = GENERATE(false, true);
  auto it = sql::connections_to(
              address, {},
              starts ? sql::session_start{[](soci::session& session) {
                session << "set @x = 1";
              }}
                     : sql::session_start{})
              .value()();
  if (kind == database_kind::postgresql)
    it = connection_to(address);
  REQUIRE(it->open(plenty));
  server.freeze();
  const milliseconds deadline{300};
  const auto took = time_of([&] { CHECK_FALSE(it->reset(deadline)); });
  const auto closed = time_of([&] { it->close(); });
  server.thaw();
  CHECK(took >= deadline);
  CHECK(took <= at_the_latest(deadline));
  CHECK(closed <= at_the_latest(0ms));
}

TEST_CASE("a start is cut off at the deadline", "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  bool sleeps = false;
  auto it = sql::connections_to(own.address().by_tcp(), {},
                                [kind, &sleeps](soci::session& session) {
                                  if (sleeps)
                                    session << (kind == database_kind::mariadb
                                                  ? "do sleep(30)"
                                                  : "select pg_sleep(30)");
                                })
              .value()();
  REQUIRE(it->open(plenty));
  sleeps = true;
  const milliseconds deadline{300};
  const auto took = time_of([&] {
    const auto done = it->reset(deadline);
    REQUIRE_FALSE(done);
    CHECK(done.error().message().find("could not be started in time")
          != std::string::npos);
  });
  CHECK(took <= at_the_latest(deadline));
  it->close();
}

TEST_CASE("what a job changes in the SOCI session itself is gone after a "
          "reset",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto it = open_connection(own.address().by_tcp());
  std::ostringstream log;
  auto& session = session_of(*it);
  session.set_log_stream(&log);
  session.uppercase_column_names(true);
  session.set_query_transformation(
    [](const std::string&) { return "select 13"; });
  session.get_query_stream() << "left over";
  CHECK(value_of<int>(*it, "select 7") == 13);
  REQUIRE(it->reset(plenty));
  log.str({});
  CHECK(value_of<int>(*it, "select 7") == 7);
  CHECK(log.str().empty());
  CHECK_FALSE(session_of(*it).get_uppercase_column_names());
}

} // namespace foreman::test
