#include "support/connection_contract.hpp"

#include "support/await.hpp"
#include "support/own_server.hpp"
#include "support/sql_sessions.hpp"

#include <string>

namespace foreman::test {

namespace {

// `id_query` tells the id of a session; `kill`, it and a parenthesis end it.
void check_contract_on(database_server& server, const std::string& id_query,
                       const std::string& kill, const std::string& lock,
                       const std::string& locks, const std::string& sleep) {
  const auto& address = server.address();
  const auto database = GENERATE_COPY(address.by_tcp(), address.by_socket());
  INFO(database);
  check_connection_contract([&] {
    contract_subject result;
    result.made = connection_to(database);
    result.resource = &typeid(soci::session);
    auto* made = result.made.get();
    result.begin = [made] { session_of(*made) << "begin"; };
    result.kill = [made, &address, id_query, kill] {
      address.ask(kill + std::to_string(value_of<int>(*made, id_query)) + ")");
      REQUIRE(await([made] { return !made->quiet(); }));
    };
    result.take_away = [&server] { server.stop(); };
    result.give_back = [&server] { server.start(); };
    result.leave = [made, lock] { value_of<std::string>(*made, lock); };
    result.is_left
      = [made, locks] { return value_of<std::string>(*made, locks) != "0"; };
    result.work = [made, sleep] { value_of<std::string>(*made, sleep); };
    return result;
  });
}

} // namespace

TEST_CASE("a MariaDB connection keeps the contract of connections", "[G7]") {
  check_contract_on(
    own_server(database_kind::mariadb), "select connection_id()", "kill (",
    "select get_lock('left', 0)", "select coalesce(is_used_lock('left'), 0)",
    "select sleep(300) from (select 1 union select 2) as t");
}

TEST_CASE("a PostgreSQL connection keeps the contract of connections", "[G7]") {
  check_contract_on(own_server(database_kind::postgresql),
                    "select pg_backend_pid()", "select pg_terminate_backend(",
                    "select pg_advisory_lock(7)",
                    "select count(*) from pg_locks where "
                    "locktype = 'advisory' and pid = pg_backend_pid()",
                    "select pg_sleep(300)");
}

} // namespace foreman::test
