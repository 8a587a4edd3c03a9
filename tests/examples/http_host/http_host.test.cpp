// The example 100 as its callers meet it: over TCP.

#include "http_host.hpp"

#include "support/catch.hpp"
#include "support/run_together.hpp"
#include "support/text.hpp"

#include <atomic>
#include <csignal>
#include <string>

using namespace foreman::test;
using nlohmann::json;

namespace {

// Batches that end by themselves at once, and not before they are stopped.
const std::string short_batch = R"({"rows": 1})";
const std::string long_batch = R"({"rows": 1000000000})";

} // namespace

TEST_CASE("a batch is accepted at once, while its job goes on") {
  http_host host;
  http_client client{host};
  CHECK(client.get("/projects/running") == http_answer{200, json::object()});

  CHECK(client.post("/projects/berlin/batch", long_batch)
        == http_answer{202, {{"job", 1}}});
  REQUIRE(await([&] {
    return client.get("/projects/running").body == json{{"berlin", true}};
  }));
  CHECK(
    client.get("/projects/berlin")
    == http_answer{
      200,
      {{"project", "berlin"}, {"running", true}, {"busy", true}, {"job", 1}}});
  CHECK(client.get("/projects/lima").body["busy"] == false);
}

TEST_CASE("a batch for a busy project is refused, for another one it is not") {
  http_host host;
  http_client client{host};
  REQUIRE(client.post("/projects/berlin/batch", long_batch).status == 202);

  const auto refused = client.post("/projects/berlin/batch", short_batch);
  CHECK(refused.status == 409);
  CHECK(says(refused.body["error"].get<std::string>(), "berlin is busy"));
  CHECK(client.post("/projects/lima/batch", short_batch).status == 202);
}

TEST_CASE("a project whose batch has ended takes the next one") {
  http_host host;
  http_client client{host};
  REQUIRE(client.post("/projects/berlin/batch", short_batch).status == 202);
  CHECK(await([&] {
    return client.post("/projects/berlin/batch", short_batch).status == 202;
  }));
}

TEST_CASE("of many who ask at the same time exactly one is accepted", "[G5]") {
  http_host host;
  for (int round = 0; round < 5; ++round) {
    const auto path = "/projects/p" + std::to_string(round) + "/batch";
    std::atomic<int> accepted{0};
    std::atomic<int> refused{0};
    constexpr int callers = 8;
    run_together(callers, [&](int) {
      http_client client{host};
      const auto status = client.post(path, long_batch).status;
      accepted += status == 202 ? 1 : 0;
      refused += status == 409 ? 1 : 0;
    });
    CHECK(accepted == 1);
    CHECK(refused == callers - 1);
  }
}

TEST_CASE("who shows no token, or another one, learns and changes nothing") {
  http_host host;
  struct row {
    std::string authorization;
    int status;
  };
  for (const auto& x :
       {row{"", 401}, row{"Bearer ", 403}, row{"Bearer secreT", 403},
        row{"Bearer secret2", 403}, row{"Bearer secre", 403},
        row{"secret", 403}, row{"Basic secret", 403}}) {
    INFO(x.authorization);
    http_client stranger{host, x.authorization};
    CHECK(stranger.get("/projects/running").status == x.status);
    CHECK(stranger.get("/projects/berlin").status == x.status);
    CHECK(stranger.post("/projects/berlin/batch", long_batch).status
          == x.status);
  }
  CHECK(http_client{host}.get("/projects/running").body == json::object());
}

TEST_CASE("bad requests are named and change nothing") {
  http_host host;
  http_client client{host};
  for (const auto* body :
       {"", "{", "[]", "{}", R"({"rows": -1})", R"({"rows": "1"})", "7"}) {
    INFO(body);
    const auto refused = client.post("/projects/berlin/batch", body);
    CHECK(refused.status == 400);
    CHECK(says(refused.body.value("error", ""), "rows"));
  }
  const auto too_long = std::string(257, 'x');
  for (const auto& project : {too_long, std::string{"%ff"}}) {
    const auto refused
      = client.post("/projects/" + project + "/batch", short_batch);
    CHECK(refused.status == 400);
    CHECK(says(refused.body.value("error", ""), "project key"));
    CHECK(client.get("/projects/" + project).status == 400);
  }
  CHECK(client.get("/elsewhere").status == 404);
  CHECK(client.get("/projects/running").body == json::object());
}

TEST_CASE("SIGTERM drains: what comes is refused, what runs is stopped") {
  http_host host;
  http_client client{host};
  REQUIRE(client.post("/projects/berlin/batch", long_batch).status == 202);
  host.signal(SIGTERM);

  CHECK(await([&] {
    return client.post("/projects/lima/batch", long_batch).status == 503;
  }));
  CHECK(host.exit_code() == 0);
  CHECK(says(host.out(), " cancelled, 0 left\n"));
  CHECK(host.err().empty());
}

TEST_CASE("a host without work ends at once") {
  http_host host;
  host.signal(SIGINT);
  CHECK(host.exit_code() == 0);
  CHECK(says(host.out(), "0 succeeded, 0 cancelled, 0 left\n"));
}

TEST_CASE("a port that is in use is an error that says what to do") {
  const http_host first;
  http_host second{std::to_string(first.port())};
  CHECK(second.exit_code() == 1);
  CHECK(says(second.err(), "port " + std::to_string(first.port())));
  CHECK(says(second.err(), "another program listens there"));
  CHECK(says(second.err(), "choose another port"));
  CHECK(second.out().empty());
  CHECK(http_client{first}.get("/projects/running").status == 200);
}

TEST_CASE("what is no port is an error that says what is allowed") {
  for (const auto* port : {"x", "-1", "65536", "80a", ""}) {
    INFO(port);
    http_host host{port};
    CHECK(host.exit_code() == 1);
    CHECK(says(host.err(), "is not a number from 0 to 65535"));
  }
}

TEST_CASE("a host does not start without a token") {
  for (const auto& token :
       {std::optional<std::string>{}, std::optional<std::string>{""}}) {
    http_host host{"0", token};
    CHECK(host.exit_code() == 2);
    CHECK(says(host.err(), "usage: FOREMAN_TOKEN=SECRET"));
  }
}
