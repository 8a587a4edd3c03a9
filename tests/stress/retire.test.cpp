// Projects that become idle, and retire, while several threads submit to them.

#include <foreman/system.hpp>

#include <fmt/format.h>
#include <support/catch.hpp>
#include <support/idle_crowd.hpp>
#include <support/killer.hpp>
#include <support/run_together.hpp>
#include <support/seed.hpp>
#include <support/sender.hpp>

#include <atomic>
#include <optional>
#include <random>

using namespace foreman::test;

namespace {

constexpr int senders = 4;
constexpr std::size_t projects = 3;

// Submits by key and by handle; waits for its last job so often that projects
// become idle. Now and then a crowd of projects that are new, which takes the
// supervisors of those that rest. Returns how many these are.
std::size_t submit_with_pauses(foreman::system& fm, sender& x,
                               std::uint32_t seed, int jobs) {
  std::minstd_rand random{seed};
  std::size_t others = 0;
  std::vector<foreman::project> handles;
  for (std::size_t i = 0; i < projects; ++i)
    handles.push_back(*fm.project(key_of(i)));
  for (int i = 0; i < jobs; ++i) {
    const auto to = random() % projects;
    if (random() % 2 == 0)
      x.offer(to, [&](auto body) { return fm.submit(key_of(to), body); });
    else
      x.offer(to, [&](auto body) { return handles[to].submit(body); });
    if (random() % 3 == 0)
      (void) x.last().wait();
    if (random() % 8 == 0)
      for (int n = 0; n < 8; ++n)
        if (fm.submit(fmt::format("{} {} {}", seed, i, n), [] {}))
          ++others;
  }
  return others;
}

void submit_against_retire(bool deaths, int jobs) {
  const auto seed = new_seed();
  INFO(note_of(seed));
  const auto watched = watch_projects(projects, senders);
  foreman::system fm{{.workers = 3, .log = [](auto, auto) {}}};
  std::atomic<std::size_t> others = fill_with_idle_projects(fm);
  std::optional<killer> reaper;
  if (deaths)
    reaper.emplace(fm, seed);
  const auto in_body = [&](const foreman::job_context& job) {
    if (reaper)
      reaper->hear_of(job);
  };
  std::vector<sender> all;
  for (std::size_t i = 0; i < senders; ++i)
    all.emplace_back(watched, i, in_body);
  run_together(senders, [&](int t) {
    others += submit_with_pauses(fm, all[static_cast<std::size_t>(t)],
                                 seed + static_cast<std::uint32_t>(t), jobs);
  });
  tally seen;
  for (auto& x : all)
    seen += x.outcomes();
  if (reaper) {
    reaper->stop();
    CHECK(reaper->deaths().of_all_kinds());
    seen.succeeded += killer::own_jobs;
  }
  const auto books = fm.drain(patience)->books;
  seen.succeeded += others;
  CHECK(agree(books, seen));
  std::size_t contradictions = 0;
  for (const auto& x : all)
    contradictions += x.contradictions();
  CHECK(contradictions == 0);
  CHECK(seen.failed + seen.cancelled == 0);
  CHECK(violations(watched) == 0);
  std::size_t lives = 0;
  for (const auto& x : watched) {
    lives += static_cast<std::size_t>(x->lives());
    CHECK(x->bodies() > x->lives());
  }
  // The race was run: projects retired between their jobs. The simulation,
  // which may keep no idle project at all, runs it far more often.
  CHECK(lives > 10);
}

} // namespace

TEST_CASE("every job runs once and in order in a project that retires again "
          "and again",
          "[G1][G2][G4]") {
  submit_against_retire(false, 4'000);
}

TEST_CASE("every job runs once and in order in a project that retires again "
          "and again, while actors die",
          "[G1][G2][G4]") {
  submit_against_retire(true, 4'000);
}
