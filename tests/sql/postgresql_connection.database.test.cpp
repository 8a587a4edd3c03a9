#include "support/catch.hpp"
#include "support/shared_database.hpp"
#include "support/sql_sessions.hpp"

#include <fmt/format.h>
#include <soci/soci.h>

namespace foreman::test {

TEST_CASE("a transaction that has failed counts as one that is open") {
  const shared_database own{database_kind::postgresql};
  auto it = open_connection(own.address().by_tcp());
  session_of(*it) << "begin";
  CHECK_THROWS_AS(session_of(*it) << "select nothing_of_that_name",
                  soci::soci_error);
  CHECK(it->in_transaction());
  session_of(*it) << "rollback";
  CHECK_FALSE(it->in_transaction());
}

TEST_CASE("a copy that was not ended counts as a transaction") {
  const shared_database own{database_kind::postgresql};
  auto it = open_connection(own.address().by_tcp());
  session_of(*it) << "create table t (x int)";
  const auto* const copy = GENERATE("copy t from stdin", "copy t to stdout");
  CHECK_THROWS_AS(session_of(*it) << copy, soci::soci_error);
  CHECK(it->in_transaction());
  CHECK_FALSE(it->check(plenty));
  it->close();
  CHECK(it->open(plenty));
}

TEST_CASE("what a server sends unasked costs a ping, not the session") {
  const shared_database own{database_kind::postgresql};
  auto it = open_connection(own.address().by_tcp());
  const auto id = value_of<int>(*it, "select pg_backend_pid()");
  session_of(*it) << "listen news";
  own.address().ask("notify news");
  CHECK(it->check(plenty));
  CHECK(it->quiet());
  CHECK(value_of<int>(*it, "select pg_backend_pid()") == id);
}

TEST_CASE("a URI opens the same session") {
  const shared_database own{database_kind::postgresql};
  const auto& there = own.address();
  auto it = open_connection(
    fmt::format("postgresql://{}:{}@127.0.0.1:{}/{}?application_name=it",
                there.user, there.password, there.port, there.name));
  CHECK(value_of<std::string>(*it, "select current_database()") == there.name);
  CHECK(value_of<std::string>(*it, "show application_name") == "it");
}

} // namespace foreman::test
