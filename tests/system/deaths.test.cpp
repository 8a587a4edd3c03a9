#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>

#include <new>
#include <string>
#include <vector>

using foreman::test::await;
using foreman::test::door;
using foreman::test::patience;

namespace {

void kill(const foreman::actors::registry_actor& whom) {
  caf::anon_send_exit(whom, caf::exit_reason::kill);
}

} // namespace

TEST_CASE("a registry that dies is replaced and loses no job", "[G4]") {
  foreman::system fm{{.workers = 2, .log = [](auto, auto) {}}};
  for (int round = 0; round < 20; ++round) {
    std::vector<foreman::ticket<int>> tickets;
    const auto was = fm.registry();
    for (int i = 0; i < 200; ++i) {
      if (i == 100)
        kill(was);
      tickets.push_back(
        *fm.submit("p" + std::to_string(i % 20), [i] { return i; }));
    }
    for (int i = 0; i < 200; ++i)
      REQUIRE(*tickets[static_cast<std::size_t>(i)].wait() == i);
    // The fault happened: there is a new registry.
    REQUIRE(await([&] { return fm.registry() != was; }));
  }
  CHECK(fm.drain(patience)->books.succeeded == 20 * 200);
}

TEST_CASE("submits while a registry dies on many threads are all looked after",
          "[G4]") {
  // The successor looks at the table on one thread while submits wake whoever
  // the way in leads to: with its predecessor there, some were never seen.
  struct many_threads : foreman::actors::host_config {
    many_threads() {
      option("scheduler.policy", "sharing");
      option("scheduler.max-threads", std::size_t{4});
    }
  } config;
  caf::actor_system host{config};
  foreman::system fm{host, {.workers = 2, .log = [](auto, auto) {}}};
  int projects = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<foreman::ticket<void>> tickets;
    const auto was = fm.registry();
    kill(was);
    do
      tickets.push_back(*fm.submit("p" + std::to_string(++projects), [] {}));
    while (fm.registry() == was && tickets.size() < 1'000);
    for (const auto& x : tickets)
      REQUIRE(x.wait_for(patience));
    REQUIRE(await([&] { return fm.registry() != was; }));
  }
}

TEST_CASE("a log that throws stops nothing", "[G8]") {
  foreman::system fm{
    {.workers = 2, .log = [](auto, auto) { throw std::bad_alloc{}; }}};
  for (int round = 0; round < 3; ++round) {
    const auto was = fm.registry();
    kill(was);
    REQUIRE(await([&] { return fm.registry() != was; }));
    CHECK(fm.submit("p" + std::to_string(round), [] {})->wait_for(patience));
  }
}
