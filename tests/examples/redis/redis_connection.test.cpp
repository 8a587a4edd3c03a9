#include "redis/redis_connection.hpp"

#include "redis_server.hpp"
#include "support/await.hpp"
#include "support/connection_contract.hpp"
#include "support/database_server.hpp"
#include "support/loopback_socket.hpp"
#include "support/shared_database.hpp"
#include "support/swallowing_proxy.hpp"
#include "support/text.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;
using example::redis_address;
using example::redis_connection;
using example::redis_session;
using clock = std::chrono::steady_clock;

constexpr auto deadline = 500ms;

redis_session& session_of(connection& from) {
  return *static_cast<redis_session*>(from.resource(typeid(redis_session)));
}

/// Whether a call that cannot succeed fails, and by its deadline; the slack is
/// for a busy machine.
template <class F>
bool fails_in_time(F call) {
  const auto begin = clock::now();
  const auto result = call(deadline);
  const auto took = clock::now() - begin;
  INFO(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
       << " ms");
  CHECK(took >= deadline);
  CHECK(took <= deadline + deadline / 5 + 200ms);
  return !result && says(result.error().message(), "in time");
}

/// Accepts one connection and answers it with a reply that never ends.
class trickling_server {
public:
  trickling_server() {
    listener_.bind();
    listener_.listen();
    thread_ = std::thread{[this] {
      const auto client = listener_.accept();
      const std::string_view pong = "+PONG\r\n+";
      for (std::size_t i = 0; i < pong.size(); ++i)
        send(client.number(), &pong[i], 1, MSG_NOSIGNAL);
      while (send(client.number(), "x", 1, MSG_NOSIGNAL) == 1) {
        ++sent_;
        std::this_thread::sleep_for(1ms);
      }
    }};
  }

  ~trickling_server() {
    thread_.join();
  }

  trickling_server(const trickling_server&) = delete;
  trickling_server& operator=(const trickling_server&) = delete;

  int port() const {
    return listener_.port();
  }

  int sent() const {
    return sent_;
  }

private:
  loopback_socket listener_;
  std::atomic<int> sent_{0};
  std::thread thread_;
};

} // namespace

TEST_CASE("a Redis connection keeps the contract of connections", "[G7]") {
  check_connection_contract([] {
    const auto server = std::make_shared<database_server>(database_kind::redis);
    contract_subject result;
    result.made
      = std::make_unique<redis_connection>(address_of(server->address()));
    result.resource = &typeid(redis_session);
    auto* made = result.made.get();
    result.begin = [made] { session_of(*made).run({"multi"}); };
    result.kill = [server] { REQUIRE(kill_clients(server->address()) == 1); };
    result.take_away = [server] { server->stop(); };
    result.give_back = [server] { server->start(); };
    result.leave = [made] {
      session_of(*made).run({"select", "7"});
      session_of(*made).run({"set", "left", "1"});
    };
    result.is_left = [made] {
      return session_of(*made).run({"exists", "left"})->integer == 1;
    };
    return result;
  });
}

TEST_CASE("a ping of a stopped Redis ends by its deadline", "[G7]") {
  database_server server{database_kind::redis};
  redis_connection it{address_of(server.address())};
  REQUIRE(it.open(2s));
  server.freeze();
  CHECK(it.quiet()); // which is why there is a ping
  CHECK(fails_in_time([&](auto within) { return it.check(within); }));
  server.thaw();
  // The late answer is nobody's.
  CHECK_FALSE(it.check(2s));
  it.close();
  REQUIRE(it.open(2s));
  CHECK(it.check(2s));
}

TEST_CASE("an open of a stopped Redis ends by its deadline", "[G7]") {
  database_server server{database_kind::redis};
  redis_connection it{address_of(server.address())};
  server.freeze();
  CHECK(fails_in_time([&](auto within) { return it.open(within); }));
}

TEST_CASE("a ping into a network that went dark ends by its deadline", "[G7]") {
  const shared_database database{database_kind::redis};
  swallowing_proxy proxy{static_cast<std::uint16_t>(database.address().port)};
  auto through = address_of(database.address());
  through.port = proxy.port();
  redis_connection it{through};
  REQUIRE(it.open(2s));
  proxy.swallow();
  CHECK(fails_in_time([&](auto within) { return it.check(within); }));
  CHECK(proxy.swallowed() > 0);
}

TEST_CASE("a ping whose answer never ends ends by its deadline", "[G7]") {
  trickling_server server;
  redis_connection it{redis_address{"127.0.0.1", server.port(), "", "", 0}};
  REQUIRE(it.open(2s));
  CHECK(fails_in_time([&](auto within) { return it.check(within); }));
  CHECK(server.sent() > 0);
  it.close();
}

TEST_CASE("a Redis that was restarted is noticed without a ping", "[G7]") {
  database_server server{database_kind::redis};
  redis_connection it{address_of(server.address())};
  REQUIRE(it.open(2s));
  session_of(it).run({"set", "answer", "42"});
  server.kill();
  CHECK_FALSE(it.quiet());
  CHECK_FALSE(it.check(2s));
  server.start();
  CHECK_FALSE(it.check(2s)); // never reconnects
  it.close();
  REQUIRE(it.open(2s));
  CHECK(session_of(it).run({"get", "answer"})->str == std::string{"42"});
}

TEST_CASE("a Redis that lets nobody in like that is misconfigured", "[G7]") {
  database_server server{database_kind::redis};
  auto address = address_of(server.address());
  std::string reason;
  SECTION("wrong password") {
    address.password = "not it";
    reason = "WRONGPASS";
  }
  SECTION("unknown user") {
    address.user = "nobody";
    reason = "WRONGPASS";
  }
  SECTION("no password where one is wanted") {
    server.address().ask("config set requirepass other");
    address.password.clear();
    reason = "NOAUTH";
  }
  SECTION("a password where none is wanted") {
    address.user.clear();
    reason = "ERR AUTH";
  }
  SECTION("a user who may do nothing") {
    server.address().ask("acl setuser foreman -@all");
    reason = "NOPERM";
  }
  SECTION("no database of this number") {
    address.database = 10'000;
    reason = "ERR DB index is out of range";
  }
  redis_connection it{address};
  const auto refused = it.open(2s);
  REQUIRE_FALSE(refused);
  INFO(refused.error().message());
  CHECK(refused.error().code() == errc::connection_misconfigured);
  CHECK(says(refused.error().message(), reason));
  CHECK_FALSE(says(refused.error().message(), "not it"));
  CHECK_FALSE(it.quiet());
}

TEST_CASE("a Redis that is full is unavailable, not misconfigured", "[G7]") {
  database_server server{database_kind::redis};
  redis_connection first{address_of(server.address())};
  REQUIRE(first.open(2s));
  server.address().ask("config set maxclients 1");
  redis_connection second{address_of(server.address())};
  const auto refused = second.open(2s);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::connection_unavailable);
  CHECK(says(refused.error().message(), "max number of clients"));
}

} // namespace foreman::test
