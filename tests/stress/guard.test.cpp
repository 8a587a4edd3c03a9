// The guard, by all ways in at once, in a project that rests in between, or
// retires.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/idle_crowd.hpp>
#include <support/killer.hpp>
#include <support/run_together.hpp>
#include <support/seed.hpp>
#include <support/start_line.hpp>

#include <array>
#include <atomic>
#include <optional>
#include <vector>

namespace act = foreman::actors;
namespace compat = foreman::compat;

using foreman::errc;
using namespace foreman::test;

namespace {

constexpr int submitters = 4;
constexpr foreman::job_options guarded{.admit = foreman::admission::if_idle};

/// Who won in a round, and what the others were told.
struct round_of_submits {
  std::atomic<int> verdicts{0};
  std::atomic<int> admitted{0};
  std::atomic<int> busy{0};
  std::atomic<int> bodies{0};
  std::atomic<bool> ended{false};

  void note(errc why) {
    if (why == errc::ok)
      ++admitted;
    else if (why == errc::project_busy)
      ++busy;
    ++verdicts;
  }
};

// The winner's body runs until all have their verdict.
auto body_of(round_of_submits& round, int expected, killer* reaper) {
  return [&round, expected, reaper](foreman::job_context& job) {
    ++round.bodies;
    if (reaper != nullptr)
      reaper->hear_of(job);
    await([&] { return round.verdicts == expected; });
  };
}

void race_for_idle_project(bool deaths, std::size_t rounds) {
  act::host_config config;
  caf::actor_system host{config};
  foreman::system fm{host, {.workers = 2, .log = [](auto, auto) {}}};
  // So that it retires.
  const auto idle = deaths ? 0 : fill_with_idle_projects(fm);
  std::optional<killer> reaper;
  if (deaths)
    reaper.emplace(fm, new_seed());
  auto* hears = reaper ? &*reaper : nullptr;
  // One of them submits two in a message. A registry that dies with it gives no
  // verdict, so that then all submit by themselves.
  const int expected = deaths ? submitters : submitters + 1;
  std::vector<round_of_submits> all(rounds);
  start_line start{submitters};
  run_together(submitters, [&](int t) {
    auto handle = *fm.project("p");
    caf::scoped_actor self{host};
    for (auto& round : all) {
      const auto body = body_of(round, expected, hears);
      start.meet();
      if (t == 0 && !deaths) {
        std::vector<act::submission> two;
        two.push_back(*act::make_submission("p", body, guarded));
        two.push_back(*act::make_submission("p", body, guarded));
        compat::request(self.ptr(), fm.registry(), caf::infinite,
                        act::submit_atom_v, std::move(two))
          .receive(
            [&](const std::vector<act::verdict>& verdicts) {
              for (const auto& x : verdicts)
                round.note(x.why.code());
            },
            [&](const caf::error&) { round.note(errc::unavailable); });
      } else {
        const auto verdict = t % 2 == 0 ? fm.submit("p", body, guarded)
                                        : handle.submit(body, guarded);
        round.note(verdict ? errc::ok : verdict.error().code());
      }
      // The project is idle again before the next round.
      if (t == 1)
        round.ended = await(
          [&] { return round.verdicts == expected && !fm.is_busy("p"); });
      start.meet();
    }
  });
  std::size_t right = 0;
  for (const auto& x : all)
    right
      += x.admitted == 1 && x.busy == expected - 1 && x.bodies == 1 && x.ended
      ? 1
      : 0;
  CHECK(right == rounds);
  std::uint64_t others = 0;
  if (reaper) {
    reaper->stop();
    CHECK(reaper->deaths().of_all_kinds());
    others = killer::own_jobs;
  }
  CHECK(fm.drain(patience)->books.succeeded == rounds + others + idle);
}

} // namespace

TEST_CASE("if_idle admits exactly one by key, by handle and by message, over "
          "and over",
          "[G5]") {
  race_for_idle_project(false, 1'000);
}

TEST_CASE("if_idle admits exactly one while actors die", "[G5]") {
  race_for_idle_project(true, 1'000);
}
