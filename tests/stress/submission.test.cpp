// A submission is copied as messages are: what if two registries get one?

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <support/catch.hpp>
#include <support/run_together.hpp>
#include <support/start_line.hpp>

#include <atomic>
#include <vector>

namespace act = foreman::actors;
namespace compat = foreman::compat;

using namespace foreman::test;

TEST_CASE("a submission that two systems are offered at once runs in one",
          "[G4]") {
  constexpr int rounds = 2'000;
  struct config : act::host_config {
    config() {
      option("scheduler.max-threads", std::size_t{2});
    }
  };
  config how;
  caf::actor_system host{how};
  foreman::system one{host, {.workers = 1}};
  foreman::system two{host, {.workers = 1}};
  std::atomic<int> ran{0};
  std::vector<act::submission> offered;
  for (int i = 0; i < rounds; ++i)
    offered.push_back(*act::make_submission("p", [&ran] { ++ran; }));
  std::vector<std::atomic<int>> admitted(rounds);
  start_line start{2};
  run_together(2, [&](int t) {
    caf::scoped_actor self{host};
    const auto to = (t == 0 ? one : two).registry();
    for (int i = 0; i < rounds; ++i) {
      const auto at = static_cast<std::size_t>(i);
      start.meet();
      stagger(at + (t == 0 ? 0 : 30));
      compat::request(self.ptr(), to, caf::infinite, act::submit_atom_v,
                      offered[at])
        .receive([&](foreman::job_id) { ++admitted[at]; },
                 [](const caf::error&) {});
    }
  });
  int once = 0;
  for (const auto& x : admitted)
    once += x == 1 ? 1 : 0;
  CHECK(once == rounds);
  CHECK(one.drain(std::chrono::seconds{30}));
  CHECK(two.drain(std::chrono::seconds{30}));
  CHECK(ran == rounds);
}
