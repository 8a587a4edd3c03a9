// A cancel may come at any moment of a job.

#include <foreman/system.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>

#include <random>

using foreman::test::patience;

TEST_CASE("a cancel between the look and the turn leaves nobody asleep",
          "[G4]") {
  // The supervisor sees a queued job, then it is cancelled, then no turn can be
  // opened: it must look again. Hit every few hundred rounds where it does not.
  foreman::system fm{{.workers = 2}};
  std::minstd_rand random{42};
  for (int round = 0; round < 5'000; ++round) {
    const auto cancelled = *fm.submit("p", [] {});
    for (auto spins = random() % 6'000; spins > 0; --spins)
      asm volatile("");
    (void) cancelled.cancel();
    REQUIRE(fm.submit("p", [] {})->wait_for(patience));
  }
}
