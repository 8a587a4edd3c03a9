// What is the host's of the options of a system is gone with it.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/healthy_connection.hpp>

#include <atomic>
#include <memory>
#include <optional>

namespace act = foreman::actors;

using foreman::test::await;
using foreman::test::door;
using foreman::test::patience;
using namespace std::chrono_literals;

namespace {

// A host whose actors share one thread.
struct host {
  struct narrow : act::host_config {
    narrow() {
      option("scheduler.max-threads", std::size_t{1});
    }
  };

  narrow config;
  caf::actor_system system{config};
};

foreman::system_options owned_by(const std::shared_ptr<int>& witness) {
  foreman::system_options result{.workers = 2, .drain_deadline = patience};
  result.log = [witness](auto, auto) {};
  result.connections["db"] = [witness] {
    struct holds : foreman::test::healthy_connection {
      std::shared_ptr<int> what;
    };
    auto made = std::make_unique<holds>();
    made->what = witness;
    return made;
  };
  (void) result.handlers.add(
    "kind", [witness](auto&, auto&) { return foreman::expected<void>{}; });
  return result;
}

} // namespace

TEST_CASE("nothing of the options is alive when the destructor has returned",
          "[G9]") {
  const auto witness = std::make_shared<int>();
  host h;
  std::optional<foreman::system> fm;
  fm.emplace(h.system, owned_by(witness));
  auto job = fm->submit("p", foreman::named_job{"kind", ""});
  REQUIRE(job->wait_for(patience));
  SECTION("while the thread of the host's actors is free") {
    fm.reset();
    CHECK(witness.use_count() == 1);
  }
  SECTION("while something blocks it") {
    door wall;
    h.system.spawn([&](caf::event_based_actor*, int) { wall.pass(); }, 0);
    REQUIRE(wall.has_visitors());
    fm.reset();
    CHECK(witness.use_count() == 1);
    wall.open();
  }
  SECTION("on that very thread") {
    std::atomic<long> left{0};
    h.system.spawn(
      [&](caf::event_based_actor*, int) {
        fm.reset();
        left = witness.use_count();
      },
      0);
    CHECK(await([&] { return left != 0; }));
    CHECK(left == 1);
  }
}

TEST_CASE("nothing of the options is alive when the destructor has returned, "
          "although a ticket and a handle are") {
  const auto witness = std::make_shared<int>();
  std::optional<foreman::system> fm{owned_by(witness)};
  auto job = fm->submit("p", foreman::named_job{"kind", ""});
  auto handle = *fm->project("p");
  CHECK(job->wait_for(patience));
  fm.reset();
  CHECK(witness.use_count() == 1);
  CHECK(handle.submit([] {}).error().code() == foreman::errc::draining);
}
