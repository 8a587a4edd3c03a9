#include "support/catch.hpp"
#include "support/shared_database.hpp"
#include "support/sql_sessions.hpp"

#include <soci/soci.h>

#include <string>

namespace foreman::test {

TEST_CASE("a session whose job switched autocommit off counts as one with a "
          "transaction") {
  const shared_database own{database_kind::mariadb};
  auto it = open_connection(own.address().by_tcp());
  session_of(*it) << "set autocommit = 0";
  CHECK(it->in_transaction());
  session_of(*it) << "set autocommit = 1";
  CHECK_FALSE(it->in_transaction());
}

TEST_CASE("a transaction that a failed procedure has begun does not survive a "
          "check",
          "[G7]") {
  const shared_database own{database_kind::mariadb};
  auto it = open_connection(own.address().by_tcp());
  session_of(*it) << "create table t (x int) engine = innodb";
  session_of(*it) << "create procedure half_way() begin start transaction; "
                     "insert into t values (1); signal sqlstate '45000'; end";
  REQUIRE(it->quiet());
  REQUIRE_THROWS_AS(session_of(*it) << "call half_way()", soci::soci_error);
  // The client library does not know of it, and that is known.
  CHECK_FALSE(it->in_transaction());
  CHECK_FALSE(it->quiet());
  const auto checked = it->check(plenty);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message()
        == "the MariaDB database " + own.address().name
          + " at 127.0.0.1:" + std::to_string(own.address().port)
          + ": a statement that failed has left a transaction open");
  it->close();
  REQUIRE(it->open(plenty));
  CHECK(value_of<int>(*it, "select count(*) from t") == 0);
}

TEST_CASE("a statement that failed costs a ping, not the session") {
  const shared_database own{database_kind::mariadb};
  auto it = open_connection(own.address().by_tcp());
  const auto id = value_of<int>(*it, "select connection_id()");
  REQUIRE_THROWS_AS(session_of(*it) << "insert into nowhere values (1)",
                    soci::soci_error);
  CHECK_FALSE(it->quiet());
  CHECK(it->check(plenty));
  CHECK(it->quiet());
  CHECK(value_of<int>(*it, "select connection_id()") == id);
}

TEST_CASE("a read_timeout cuts a job's query, but no check") {
  const shared_database own{database_kind::mariadb};
  auto it = open_connection(own.address().by_tcp() + " read_timeout=1");
  CHECK(it->check(plenty));
  CHECK_THROWS_AS(value_of<int>(*it, "select sleep(10)"), soci::soci_error);
  CHECK_FALSE(it->check(plenty));
}

} // namespace foreman::test
