// Everything that submits, against everything that drains.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/killer.hpp>
#include <support/message_sender.hpp>
#include <support/run_together.hpp>
#include <support/seed.hpp>
#include <support/sender.hpp>

#include <optional>
#include <random>

namespace act = foreman::actors;
namespace compat = foreman::compat;

using foreman::errc;
using namespace foreman::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t projects = 6;
constexpr std::size_t senders = 3;

// Whether a drain by message was answered; a registry that dies says that it
// was not, and then its successor is asked.
bool drain_by_message(caf::actor_system& host, const foreman::system& fm,
                      std::chrono::nanoseconds deadline) {
  caf::scoped_actor self{host};
  std::optional<bool> done;
  while (!done)
    compat::request(self.ptr(), fm.registry(), caf::infinite, act::drain_atom_v,
                    deadline, foreman::drain_policy::wait)
      .receive([&](const foreman::drain_report& x) { done = x.left.empty(); },
               [&](const caf::error& why) {
                 if (act::to_error(why).code() != errc::unavailable)
                   done = false;
               });
  return *done;
}

// By key, by handle, if idle and by priority, until the verdict is `draining`,
// which then is that of every submit. Returns how often it was not.
std::uint64_t submit_until_drained(foreman::system& fm, sender& x,
                                   std::uint32_t seed,
                                   std::atomic<std::uint64_t>& offered) {
  std::minstd_rand random{seed};
  auto handle = *fm.project(key_of(0));
  for (;; ++offered) {
    const auto to = random() % projects;
    errc why{};
    if (to == 0)
      why = x.offer(to, [&](auto body) { return handle.submit(body); });
    else
      why = x.offer(to, [&](auto body) {
        return fm.submit(key_of(to), body,
                         {.admit = to == 1 ? foreman::admission::if_idle
                                           : foreman::admission::queue,
                          .priority = to == 2 ? -1 : 0});
      });
    if (why == errc::ok && random() % 8 == 0)
      (void) x.last().cancel();
    if (why == errc::draining)
      break;
  }
  std::uint64_t wrong = 0;
  for (std::size_t i = 0; i < projects; ++i)
    if (const auto late = fm.submit(key_of(i), [] {});
        late || late.error().code() != errc::draining)
      ++wrong;
  return wrong;
}

// Actors die if there is somewhere to count them.
void submit_against_drain(std::uint32_t seed, death_count* dead) {
  std::minstd_rand random{seed};
  act::host_config config;
  caf::actor_system host{config};
  foreman::system fm{host,
                     {.workers = 2,
                      .max = {.per_project = 100, .total = 400},
                      .log = [](auto, auto) {}}};
  std::optional<killer> reaper;
  if (dead != nullptr)
    reaper.emplace(fm, seed);
  const auto watched = watch_projects(projects, senders);
  std::vector<sender> all;
  for (std::size_t i = 0; i < senders; ++i)
    all.emplace_back(watched, i, [&](const foreman::job_context& job) {
      if (reaper)
        reaper->hear_of(job);
    });
  message_sender by_message;
  const std::atomic<bool> never{false};

  std::atomic<std::uint64_t> offered{0};
  std::atomic<std::uint64_t> late{0};
  std::atomic<std::uint64_t> left{0};
  const auto enough = random() % 1'000;
  const auto deadline = random() % 2 == 0 ? 10ms : 30s;
  run_together(senders + 3, [&](int t) {
    const auto i = static_cast<std::size_t>(t);
    if (i < senders) {
      late += submit_until_drained(
        fm, all[i], seed + static_cast<std::uint32_t>(t), offered);
      return;
    }
    if (i == senders)
      return by_message.run(
        fm, never, [](std::size_t i) { return "m" + std::to_string(i % 3); });
    await([&] { return offered >= enough; });
    if (i == senders + 1)
      left += drain_by_message(host, fm, deadline) ? 0 : 1;
    else
      left += fm.drain(deadline)->books.open();
  });
  CHECK(late == 0);
  // At a short deadline a body may have been abandoned that returned since.
  if (deadline == 30s)
    CHECK(left == 0);
  tally seen;
  if (reaper) {
    reaper->stop();
    *dead += reaper->deaths();
    seen.succeeded += killer::own_jobs;
  }
  for (auto& x : all)
    seen += x.outcomes();
  const auto books = fm.books();
  CHECK(books.open() == 0);
  seen += by_message.outcomes();
  CHECK(by_message.contradictions() == 0);
  CHECK(agree(books, seen));
  CHECK(await([&] { return fm.list().empty(); })); // bodies have returned
  for (const auto& x : all)
    CHECK(x.contradictions() == 0);
  CHECK(violations(watched) == 0);
}

} // namespace

TEST_CASE("each job has one outcome after a drain, however it was submitted",
          "[G1][G2][G4][G10]") {
  for (int round = 0; round < 25; ++round) {
    const auto seed = new_seed();
    INFO(note_of(seed));
    submit_against_drain(seed, nullptr);
  }
}

TEST_CASE("each job has one outcome after a drain in which actors die",
          "[G1][G2][G4][G10]") {
  death_count dead;
  for (int round = 0; round < 25; ++round) {
    const auto seed = new_seed();
    INFO(note_of(seed));
    submit_against_drain(seed, &dead);
  }
  CHECK(dead.of_all_kinds());
}
