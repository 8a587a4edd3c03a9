#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/in_time.hpp"
#include "support/own_server.hpp"
#include "support/sql_sessions.hpp"

#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
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

} // namespace foreman::test
