#include "redis/redis_session.hpp"

#include "redis_server.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/loopback_socket.hpp"
#include "support/shared_database.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;
using example::redis_session;

std::unique_ptr<redis_session> session_of(const database_address& server) {
  return redis_session::open(address_of(server),
                             std::chrono::steady_clock::now() + 2s)
    .value();
}

} // namespace

TEST_CASE("a session of Redis knows of each transaction, by the commands") {
  using words = redis_session::words;
  enum class left { nothing, watch, multi };
  struct row {
    std::vector<words> commands;
    left open;
  };
  const std::vector<row> table{
    {{{"set", "x", "1"}}, left::nothing},
    {{{"multi"}}, left::multi},
    {{{"MULTI"}, {"set", "x", "1"}}, left::multi},
    {{{"multi"}, {"multi"}}, left::multi},
    {{{"multi"}, {"watch", "x"}}, left::multi},
    {{{"multi"}, {"unwatch"}}, left::multi},
    {{{"multi"}, {"exec"}}, left::nothing},
    {{{"multi"}, {"set", "x"}, {"exec"}}, left::nothing}, // EXECABORT
    {{{"multi"}, {"exec", "now"}}, left::nothing},        // EXECABORT, too
    {{{"multi"}, {"discard", "now"}}, left::multi},
    {{{"multi"}, {"discard"}}, left::nothing},
    {{{"multi"}, {"reset"}}, left::nothing},
    {{{"watch", "x"}}, left::watch},
    {{{"watch"}}, left::nothing},
    {{{"watch", "x"}, {"unwatch"}}, left::nothing},
    {{{"watch", "x"}, {"multi"}, {"unwatch"}, {"discard"}}, left::nothing},
    {{{"watch", "x"}, {"exec"}}, left::watch}, // without MULTI
    {{{"exec"}}, left::nothing},
  };
  const shared_database database{database_kind::redis};
  for (const auto& [commands, open_now] : table) {
    const auto session = session_of(database.address());
    std::string shown;
    for (const auto& command : commands) {
      shown += command.front() + " ";
      REQUIRE(session->ask(command, std::nullopt));
    }
    INFO(shown);
    CHECK(session->in_transaction() == (open_now != left::nothing));
    // Redis' own opinion, of MULTI.
    const auto reply = session->ask({"echo", "x"}, std::nullopt);
    REQUIRE(reply);
    CHECK(((*reply)->str == std::string{"QUEUED"})
          == (open_now == left::multi));
  }
}

TEST_CASE("a command that Redis refuses leaves the session as it was") {
  const shared_database database{database_kind::redis};
  const auto session = session_of(database.address());
  CHECK_THROWS_AS(session->run({"no-such-command"}), std::runtime_error);
  CHECK(session->run({"incrby", "rows", "3"})->integer == 3);
  CHECK(session->quiet());
}

TEST_CASE("words may hold anything, and be long") {
  const shared_database database{database_kind::redis};
  const auto session = session_of(database.address());
  std::string text(5'000'000, 'x');
  text[1] = '\0';
  text[2] = '\n';
  session->run({"set", "text", text});
  const auto reply = session->run({"get", "text"});
  CHECK((std::string{reply->str, reply->len} == text));
}

TEST_CASE("a session that is lost in mid-job says so, and is over") {
  database_server server{database_kind::redis};
  const auto session = session_of(server.address());
  REQUIRE(kill_clients(server.address()) == 1);
  for (int i = 0; i < 3; ++i) {
    try {
      session->run({"incrby", "rows", "3"});
      FAIL("it was not lost");
    } catch (const exception& e) {
      CHECK(e.why().code() == errc::connection_lost);
    }
  }
  CHECK_FALSE(session->quiet());
}

TEST_CASE("a command on a connection that was reset is no SIGPIPE") {
  loopback_socket listener;
  listener.bind();
  listener.listen();
  std::thread server{[&listener] {
    const auto client = listener.accept();
    char byte = 0;
    recv(client.number(), &byte, 1, MSG_PEEK);
    send(client.number(), "+PONG\r\n", 7, MSG_NOSIGNAL);
    // What it closes without having read it all is reset.
  }};
  const auto session
    = redis_session::open({"127.0.0.1", listener.port(), "", "", 0},
                          std::chrono::steady_clock::now() + 2s)
        .value();
  server.join();
  REQUIRE(await([&] { return !session->quiet(); })); // takes the error away
  CHECK_THROWS_AS(session->run({"ping"}), exception);
}

} // namespace foreman::test
