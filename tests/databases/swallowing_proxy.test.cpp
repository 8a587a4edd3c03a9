#include "support/swallowing_proxy.hpp"

#include "support/await.hpp"
#include "support/catch.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace foreman::test {

namespace {

void say(const loopback_socket& by, std::string_view what) {
  REQUIRE(send(by.number(), what.data(), what.size(), MSG_NOSIGNAL)
          == static_cast<ssize_t>(what.size()));
}

/// Waits for what comes; nothing when the connection was closed.
std::string hear(const loopback_socket& by) {
  std::string result(100, '\0');
  const auto size = recv(by.number(), result.data(), result.size(), 0);
  result.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return result;
}

/// Whether the connection is open and nothing has come.
bool hears_nothing(const loopback_socket& by) {
  char byte = 0;
  return recv(by.number(), &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

struct connected {
  connected() {
    listener.bind();
    listener.listen();
    proxy.emplace(listener.port());
    client.connect(proxy->port());
    server.emplace(listener.accept());
  }

  loopback_socket listener;
  std::optional<swallowing_proxy> proxy;
  loopback_socket client;
  std::optional<loopback_socket> server;
};

} // namespace

TEST_CASE("a proxy forwards in both directions, and the end") {
  connected it;
  say(it.client, "question");
  CHECK(hear(*it.server) == "question");
  say(*it.server, "answer");
  CHECK(hear(it.client) == "answer");
  it.server.reset();
  CHECK(hear(it.client).empty());
}

TEST_CASE("a proxy that swallows answers nothing and closes nothing") {
  connected it;
  it.proxy->swallow();
  say(it.client, "question");
  say(*it.server, "answer");
  REQUIRE(await([&] { return it.proxy->swallowed() == 14; }));
  CHECK(hears_nothing(it.client));
  CHECK(hears_nothing(*it.server));
  loopback_socket late;
  late.connect(it.proxy->port());
  CHECK(hears_nothing(late));
}

TEST_CASE("a proxy that forwards again lets the next through, and the end") {
  connected it;
  it.proxy->swallow();
  say(it.client, "lost");
  REQUIRE(await([&] { return it.proxy->swallowed() == 4; }));
  it.proxy->forward();
  say(it.client, "heard");
  CHECK(hear(*it.server) == "heard");
  it.proxy->swallow();
  say(it.client, "last");
  REQUIRE(await([&] { return it.proxy->swallowed() == 8; }));
  it.client = loopback_socket{};
  CHECK(hears_nothing(*it.server));
  it.proxy->forward();
  CHECK(hear(*it.server).empty());
}

TEST_CASE("a proxy without a server closes who connects") {
  connected it;
  it.listener = loopback_socket{};
  loopback_socket late;
  late.connect(it.proxy->port());
  CHECK(hear(late).empty());
  CHECK(it.proxy->connections() == 2);
}

TEST_CASE("a proxy counts who comes and is not let in at the same time") {
  loopback_socket listener;
  listener.bind();
  listener.listen();
  swallowing_proxy proxy{listener.port(), "welcome"};
  const auto visit = [&](const char* answer) {
    loopback_socket client;
    client.connect(proxy.port());
    auto server = listener.accept();
    say(server, answer);
    CHECK(hear(client) == answer);
    return std::pair{std::move(client), std::move(server)};
  };
  const auto first = visit("be welcome");
  CHECK(proxy.most_in_login() == 1);
  {
    const auto second = visit("who are you?");
    CHECK(proxy.most_in_login() == 1);
  } // goes again
  const auto third = visit("who are you?");
  CHECK(proxy.most_in_login() == 1);
  const auto fourth = visit("be welcome");
  CHECK(proxy.most_in_login() == 2);
  CHECK(proxy.connections() == 4);
}

} // namespace foreman::test
