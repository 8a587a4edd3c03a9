#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database_server.hpp"
#include "support/own_server.hpp"
#include "support/shared_database.hpp"
#include "support/sql_sessions.hpp"

#include <foreman/sql/database.hpp>

#include <memory>
#include <string>
#include <vector>

namespace foreman::test {

namespace {

error why_not_open(const database_address& address) {
  auto it = connection_to(address.by_tcp());
  const auto opened = it->open(plenty);
  REQUIRE_FALSE(opened);
  INFO(opened.error().message());
  CHECK(opened.error().message().find(address.password) == std::string::npos);
  return opened.error();
}

} // namespace

TEST_CASE("an open that no other try mends says so, and keeps the password "
          "to itself") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto address = own.address();
  SECTION("a wrong password") {
    address.password = "guessed";
  }
  SECTION("an unknown user") {
    address.user = "nobody_of_that_name";
  }
  SECTION("an unknown database") {
    address.name = "no_database_of_that_name";
  }
  CHECK(why_not_open(address).code() == errc::connection_misconfigured);
}

TEST_CASE("an open that another try may mend is no misconfiguration") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto address = own.address();
  SECTION("nobody listens") {
    address.port = 1;
  }
  SECTION("another server listens") {
    const shared_database other{kind == database_kind::mariadb
                                  ? database_kind::postgresql
                                  : database_kind::mariadb};
    address.port = other.address().port;
    auto it = connection_to(address.by_tcp());
    const auto opened = it->open(std::chrono::milliseconds{500});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code() == errc::connection_unavailable);
    return;
  }
  CHECK(why_not_open(address).code() == errc::connection_unavailable);
}

TEST_CASE("too many connections are no misconfiguration") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const database_server server{kind};
  auto address = server.address();
  address.user = "guest";
  if (kind == database_kind::mariadb) {
    address.ask("create user guest identified by 'secret'");
    address.ask("grant all on *.* to guest");
    address.ask("revoke super, connection admin on *.* from guest");
    SECTION("in the server") {
      address.ask("set global max_connections = 10");
    }
    SECTION("of a user") {
      address.ask("alter user guest with max_user_connections 2");
    }
  } else {
    address.ask("create role guest login password 'secret'");
    SECTION("in the server") {
      // Its 40, but for those that are kept for superusers.
      address.ask("alter system set log_connections = off");
    }
    SECTION("of a user") {
      address.ask("alter role guest connection limit 2");
    }
  }
  std::vector<std::unique_ptr<connection>> all;
  error why;
  while (!why && all.size() < 100) {
    all.push_back(connection_to(address.by_tcp()));
    if (const auto opened = all.back()->open(plenty); !opened)
      why = opened.error();
  }
  INFO(why.message());
  CHECK(all.size() > 2);
  CHECK(why.code() == errc::connection_unavailable);
  all.erase(all.begin());
  CHECK(await([&] { return all.back()->open(plenty).has_value(); }));
}

TEST_CASE("a session that was idle for too long is found out by the peek",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  const bool tcp = GENERATE(true, false);
  auto it
    = open_connection(tcp ? own.address().by_tcp() : own.address().by_socket());
  session_of(*it) << (kind == database_kind::mariadb
                        ? "set session wait_timeout = 1"
                        : "set idle_session_timeout = '1s'");
  CHECK(it->quiet());
  CHECK(await([&] { return !it->quiet(); }));
  CHECK_FALSE(it->check(plenty));
  it->close();
  CHECK(it->open(plenty));
}

TEST_CASE("a server that was killed and started again: the session is dead, "
          "the next one is not",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  auto& server = own_server(kind);
  const bool tcp = GENERATE(true, false);
  auto it = open_connection(tcp ? server.address().by_tcp()
                                : server.address().by_socket());
  session_of(*it) << "create table if not exists t (x int)";
  server.kill();
  CHECK(await([&] { return !it->quiet(); }));
  server.start();
  CHECK_FALSE(it->quiet());
  const auto checked = it->check(plenty);
  REQUIRE_FALSE(checked);
  INFO(checked.error().message());
  CHECK(checked.error().code() == errc::connection_unavailable);
  CHECK_FALSE(it->in_transaction());
  it->close();
  REQUIRE(it->open(plenty));
  CHECK(value_of<int>(*it, "select count(*) from t") == 0);
}

TEST_CASE("a session that its job has closed is dead, and can be opened") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto it = open_connection(own.address().by_tcp());
  session_of(*it).close();
  CHECK_FALSE(it->quiet());
  CHECK_FALSE(it->in_transaction());
  const auto checked = it->check(plenty);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message().find("the session is closed")
        != std::string::npos);
  it->close();
  CHECK(it->open(plenty));
}

TEST_CASE("a session that its job has reconnected can be checked") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto it = open_connection(own.address().by_tcp());
  CHECK(it->check(plenty));
  session_of(*it).reconnect();
  CHECK(it->quiet());
  CHECK(it->check(plenty));
}

TEST_CASE("each open makes a new session") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto it = open_connection(own.address().by_tcp());
  session_of(*it) << "create temporary table left_over (x int)";
  it->close();
  REQUIRE(it->open(plenty));
  CHECK_THROWS_AS(session_of(*it) << "insert into left_over values (1)",
                  soci::soci_error);
}

TEST_CASE("a check neither sends nor takes away what a job works with") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto it = open_connection(own.address().by_tcp());
  session_of(*it) << "create table t (x int)";
  session_of(*it) << "begin";
  session_of(*it) << "insert into t values (1)";
  CHECK(it->check(plenty));
  CHECK(it->in_transaction());
  session_of(*it) << "commit";
  CHECK_FALSE(it->in_transaction());
  CHECK(value_of<int>(*it, "select count(*) from t") == 1);
}

} // namespace foreman::test
