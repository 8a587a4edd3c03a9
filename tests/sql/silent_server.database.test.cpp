#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/in_time.hpp"
#include "support/own_server.hpp"
#include "support/shared_database.hpp"
#include "support/silent_login.hpp"
#include "support/sql_sessions.hpp"
#include "support/swallowing_proxy.hpp"

#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// A server of the test's own, awake, and one of the ways to it.
struct way {
  database_server& server;
  std::string database;

  static way any() {
    if (GENERATE(false, true)) {
      auto& server = own_server(database_kind::mariadb);
      const auto& address = server.address();
      return {server,
              address.by_tcp()
                + " sslca=" + (address.folder / "tls.crt").string()};
    }
    const auto kind
      = GENERATE(database_kind::mariadb, database_kind::postgresql);
    const bool tcp = GENERATE(true, false);
    auto& server = own_server(kind);
    const auto& address = server.address();
    return {server, tcp ? address.by_tcp() : address.by_socket()};
  }

  ~way() {
    server.thaw();
  }
};

// Runs a check that must fail, and fail in time.
void check_fails_in_time(connection& it, milliseconds deadline) {
  std::optional<expected<void>> checked;
  CHECK(time_of([&] { checked = it.check(deadline); })
        <= at_the_latest(deadline));
  REQUIRE_FALSE(*checked);
  CHECK(checked->error().code() == errc::connection_unavailable);
  CHECK_FALSE(it.quiet());
}

void open_fails_in_time(connection& it, milliseconds deadline) {
  std::optional<expected<void>> opened;
  CHECK(time_of([&] { opened = it.open(deadline); })
        <= at_the_latest(deadline));
  REQUIRE_FALSE(*opened);
  CHECK(opened->error().code() == errc::connection_unavailable);
}

int socket_of(connection& it) {
  auto* backend = session_of(it).get_backend();
  return backend->get_backend_name() == "mysql"
    ? mysql_get_socket(
      static_cast<soci::mysql_session_backend*>(backend)->conn_)
    : PQsocket(static_cast<soci::postgresql_session_backend*>(backend)->conn_);
}

void closes_at_once(connection& it) {
  CHECK(time_of([&] { it.close(); }) <= at_the_latest(0ms));
}

} // namespace

TEST_CASE("a ping of a stopped server ends in time, and then a close at once",
          "[G7]") {
  const auto to = way::any();
  INFO(to.database);
  auto it = open_connection(to.database);
  session_of(*it) << "begin";
  to.server.freeze();
  CHECK(it->quiet()); // nothing tells but a ping
  check_fails_in_time(*it, 500ms);
  check_fails_in_time(*it, 0ms); // and does not wait again
  closes_at_once(*it);
  to.server.thaw();
  CHECK(it->open(plenty));
}

TEST_CASE("a close of a session whose server has just stopped is at once",
          "[G7]") {
  const auto to = way::any();
  INFO(to.database);
  auto it = open_connection(to.database);
  session_of(*it) << "begin";
  to.server.freeze();
  closes_at_once(*it);
}

TEST_CASE("an open of a stopped server ends in time, and one such is enough",
          "[G7]") {
  const auto to = way::any();
  INFO(to.database);
  to.server.freeze();
  auto it = connection_to(to.database);
  open_fails_in_time(*it, 300ms);
  // The thread of the first one still waits.
  const auto again = it->open(plenty);
  REQUIRE_FALSE(again);
  CHECK(again.error().message().find("an open that was late is not over yet")
        != std::string::npos);
  to.server.thaw();
  CHECK(await([&] { return it->open(plenty).has_value(); }));
  CHECK(it->check(plenty));
}

TEST_CASE("a connection may be destroyed while a late open of it goes on",
          "[G7]") {
  const auto to = way::any();
  INFO(to.database);
  to.server.freeze();
  {
    auto it = connection_to(to.database);
    open_fails_in_time(*it, 50ms);
  }
  to.server.thaw();
}

TEST_CASE("a close does not wait for a server that reads nothing any more",
          "[G7]") {
  const auto to = way::any();
  INFO(to.database);
  auto it = open_connection(to.database);
  to.server.freeze();
  const std::string bytes(100'000, 'x');
  const auto socket = socket_of(*it);
  while (send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {}
  REQUIRE((errno == EAGAIN || errno == EWOULDBLOCK));
  closes_at_once(*it);
}

TEST_CASE("a ping into a network that went dark ends in time, and then a "
          "close at once",
          "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto address = own.address();
  swallowing_proxy proxy{static_cast<std::uint16_t>(address.port)};
  address.port = proxy.port();
  auto it = open_connection(address.by_tcp());
  REQUIRE(it->check(plenty));
  proxy.swallow();
  CHECK(it->quiet());
  check_fails_in_time(*it, 500ms);
  CHECK(proxy.swallowed() > 0);
  closes_at_once(*it);
  proxy.forward();
  CHECK(it->open(plenty));
}

TEST_CASE("an open into a network that went dark ends in time", "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database own{kind};
  auto address = own.address();
  swallowing_proxy proxy{static_cast<std::uint16_t>(address.port)};
  address.port = proxy.port();
  proxy.swallow();
  // The default, and a deadline that is no whole second.
  const auto deadline = GENERATE(2'000ms, 300ms);
  auto it = connection_to(address.by_tcp());
  open_fails_in_time(*it, deadline);
  CHECK(proxy.swallowed() > 0);
  proxy.forward();
  CHECK(await([&] { return it->open(plenty).has_value(); }));
}

TEST_CASE("an open of a server that falls silent within the login ends in time",
          "[G7]") {
  using namespace std::string_literals;
  // Where each client library waits without a deadline of its own: MariaDB's
  // after the greeting, SOCI's PostgreSQL after the login.
  const auto [kind, last] = GENERATE(table<database_kind, std::string>({
    {database_kind::mariadb, "mysql_native_password\0"s},
    {database_kind::postgresql, "Z\0\0\0\5I"s},
  }));
  const shared_database own{kind};
  auto address = own.address();
  silent_login between{static_cast<std::uint16_t>(address.port), last};
  address.port = between.port();
  auto it = connection_to(address.by_tcp());
  open_fails_in_time(*it, 300ms);
  CHECK(between.is_silent());
  closes_at_once(*it);
}

} // namespace foreman::test
