// Systems that come and go, several at a time, while handles flood them.

#include <foreman/system.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/killer.hpp>
#include <support/run_together.hpp>
#include <support/seed.hpp>
#include <support/sender.hpp>

#include <optional>
#include <random>

using foreman::drain_policy;
using foreman::errc;
using namespace foreman::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t projects = 4;
constexpr std::size_t flooders = 2;

/// What went wrong in a life, and what happened.
struct life_report {
  std::uint64_t violations = 0;
  std::uint64_t contradictions = 0;
  std::uint64_t verdicts_after_the_end = 0;
  tally seen;

  life_report& operator+=(const life_report& x) {
    violations += x.violations;
    contradictions += x.contradictions;
    verdicts_after_the_end += x.verdicts_after_the_end;
    seen += x.seen;
    return *this;
  }
};

// Floods a system by handles until it says that it drains; then it must go on
// saying so. Returns how often it did not.
std::uint64_t flood(sender& x, std::vector<foreman::project> handles,
                    std::atomic<std::uint64_t>& offered) {
  for (std::size_t i = 0;; ++i, ++offered) {
    auto& to = handles[i % projects];
    if (x.offer(i % projects, [&](auto body) { return to.submit(body); })
        == errc::draining)
      break;
  }
  std::uint64_t wrong = 0;
  for (int i = 0; i < 20; ++i)
    for (auto& to : handles)
      wrong += to.submit([] {}).error().code() == errc::draining ? 0 : 1;
  return wrong;
}

foreman::system_options random_options(std::minstd_rand& random) {
  foreman::system_options result;
  result.workers = 1 + random() % 4;
  // The smaller, the more rejections that are not the drain's.
  result.max = {.per_project = 10 + random() % 500, .total = 1'000};
  result.drain_deadline = random() % 2 == 0 ? 0ns : 10s;
  result.at_deadline
    = random() % 2 == 0 ? drain_policy::wait : drain_policy::abandon;
  result.log = [](auto, auto) {};
  return result;
}

// Actors die if there is somewhere to count them. A system is made, flooded,
// and ends at a random moment of the flood: on the thread that made it or on
// another.
life_report live(std::uint32_t seed, death_count* dead) {
  std::minstd_rand random{seed};
  auto options = random_options(random);
  // Held until nothing of the system is left.
  const auto witness = std::make_shared<int>();
  options.log = [witness](auto, auto) {};
  auto fm = std::make_unique<foreman::system>(std::move(options));
  std::shared_ptr<killer> reaper;
  if (dead != nullptr)
    reaper = std::make_shared<killer>(*fm, seed);
  const auto watched = watch_projects(projects, flooders);
  // Shared with bodies, which may outlive their system.
  const auto in_body = [reaper](const foreman::job_context& job) {
    if (reaper)
      reaper->hear_of(job);
  };
  std::vector<sender> all;
  for (std::size_t i = 0; i < flooders; ++i)
    all.emplace_back(watched, i, in_body);
  std::vector<foreman::project> handles;
  for (std::size_t i = 0; i < projects; ++i)
    handles.push_back(*fm->project(key_of(i)));

  life_report result;
  std::atomic<std::uint64_t> offered{0};
  std::atomic<std::uint64_t> wrong{0};
  {
    std::vector<std::jthread> flooding;
    for (auto& x : all)
      flooding.emplace_back(
        [&, handles] { wrong += flood(x, handles, offered); });
    const auto enough = random() % 2'000;
    const auto deaths = reaper ? random() % 10 : 0;
    await([&] {
      return offered >= enough
        && (!reaper || reaper->deaths().total() >= deaths);
    });
    if (reaper) {
      reaper->stop();
      *dead += reaper->deaths();
    }
    if (random() % 2 == 0)
      fm.reset();
    else
      std::jthread{[&] { fm.reset(); }};
    // All that was admitted has its outcome when its system is gone (G4).
  }
  result.verdicts_after_the_end = wrong;
  for (auto& x : all)
    result.seen += x.outcomes();
  handles.clear();
  await([&] { return witness.use_count() == 1; }); // also abandoned bodies
  if (witness.use_count() != 1)
    ++result.violations;
  for (const auto& x : all)
    result.contradictions += x.contradictions();
  result.violations += violations(watched);
  return result;
}

void live_again_and_again(int lives, death_count* dead) {
  const auto seed = new_seed();
  INFO(note_of(seed));
  constexpr int at_a_time = 3;
  std::mutex mutex;
  life_report all;
  run_together(at_a_time, [&](int t) {
    for (int i = 0; i < lives; ++i) {
      const auto x
        = live(seed + static_cast<std::uint32_t>(t * lives + i), dead);
      const std::lock_guard guard{mutex};
      all += x;
    }
  });
  CHECK(all.violations == 0);
  CHECK(all.contradictions == 0);
  CHECK(all.verdicts_after_the_end == 0);
  // They ended in the middle of something.
  CHECK(all.seen.succeeded > 0);
  CHECK(all.seen.cancelled > 0);
}

} // namespace

TEST_CASE("systems end in the middle of a flood and leave no job without its "
          "outcome",
          "[G1][G2][G4][G9][G10]") {
  live_again_and_again(25, nullptr);
}

TEST_CASE("systems end in the middle of a flood while their actors die",
          "[G1][G2][G4][G9][G10]") {
  death_count dead;
  live_again_and_again(25, &dead);
  CHECK(dead.of_all_kinds());
}

TEST_CASE("one thread makes a system, others use it, another ends it") {
  for (int round = 0; round < 20; ++round) {
    std::unique_ptr<foreman::system> fm;
    std::vector<foreman::ticket<int>> tickets;
    // The maker lives on while the system ends: CAF ties a system to it.
    door ended;
    std::atomic<bool> made{false};
    std::jthread maker{[&] {
      fm = std::make_unique<foreman::system>(
        foreman::system_options{.workers = 2});
      made = true;
      ended.pass();
    }};
    REQUIRE(await([&] { return made.load(); }));
    std::jthread{[&] {
      for (int i = 0; i < 50; ++i)
        tickets.push_back(*fm->submit(key_of(i % 5), [i] { return i; }));
    }};
    std::jthread{[&] { fm.reset(); }};
    ended.open();
    for (int i = 0; i < 50; ++i)
      CHECK(*tickets[static_cast<std::size_t>(i)].wait() == i);
  }
}
