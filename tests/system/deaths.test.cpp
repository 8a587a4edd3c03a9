#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>

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
