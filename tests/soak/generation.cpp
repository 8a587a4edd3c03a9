#include "generation.hpp"

#include <foreman/at_scope_end.hpp>

#include <caf/scoped_actor.hpp>

#include <fmt/format.h>
#include <pthread.h>
#include <support/await.hpp>

#include <iterator>
#include <stdexcept>
#include <utility>

namespace soak {

namespace act = foreman::actors;
namespace compat = foreman::compat;

using foreman::errc;
using foreman::test::await;
using foreman::test::key_of;
using foreman::test::sender;
using foreman::test::tally;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t projects = 3'000;
constexpr std::size_t hot_projects = 8; // half of the jobs are theirs
constexpr std::size_t submitters = 3;
constexpr std::size_t priorities = 3;         // -1, 0, 1
constexpr std::size_t open_each = 200;        // of a submitter
constexpr std::size_t open_of_bodies = 1'000; // what bodies have submitted
constexpr std::size_t stuck_bodies = 2;

} // namespace

std::string generation_options::text() const {
  return fmt::format("seed {}, {} actor system, {} connections, ends by {}",
                     seed, in_host ? "a host's" : "its own",
                     with_connections ? "with" : "without",
                     how == end::drain       ? "a drain"
                       : how == end::abandon ? "a drain that abandons"
                                             : "its destructor");
}

// -- start --------------------------------------------------------------------

generation::generation(const generation_options& options)
  : options_{options},
    watched_{
      foreman::test::watch_projects(projects, (submitters + 1) * priorities)} {
  foreman::system_options chosen;
  chosen.workers = 6;
  chosen.max = {.per_project = 500, .total = 3'000};
  chosen.drain_deadline = 30s;
  chosen.log = [witness = witness_](auto, auto) {};
  if (options_.with_connections) {
    chosen.check.trust_window = 0ms; // a ping before every job
    chosen.connections["server"]
      = [server = server_, seed = options_.seed]() mutable {
          return std::make_unique<mortal_connection>(server, ++seed);
        };
  }
  if (options_.in_host) {
    config_.emplace();
    host_.emplace(*config_);
    system_ = std::make_unique<foreman::system>(*host_, std::move(chosen));
  } else {
    system_ = std::make_unique<foreman::system>(std::move(chosen));
  }
  for (std::size_t i = 0; i < hot_projects; ++i)
    handles_.push_back(*system_->project(key_of(i)));
  for (std::size_t i = 0; i <= submitters; ++i)
    senders_.emplace_back(watched_, i * priorities,
                          [this](foreman::job_context& job) { in_body(job); });
  killer_.emplace(*system_, options_.seed);
  for (std::size_t i = 0; i < submitters; ++i)
    threads_.emplace_back([this, i] { submit_at_random(i); });
  threads_.emplace_back([this] { ask_at_random(); });
  threads_.emplace_back([this] {
    by_message_.run(*system_, ending_,
                    [](std::size_t n) { return key_of(n % 100) + "/message"; });
  });
}

generation::~generation() = default;

// -- load ---------------------------------------------------------------------

void generation::submit_at_random(std::size_t thread) {
  std::minstd_rand random{options_.seed + static_cast<std::uint32_t>(thread)};
  auto& x = senders_[thread];
  auto handles = handles_; // not thread-safe: its own
  auto verdict = errc::ok;
  while (verdict != errc::draining && !ending_) {
    const bool hot = random() % 2 == 0;
    const auto to = random() % (hot ? hot_projects : projects);
    const auto lane = random() % 8 == 0 ? random() % priorities : 1;
    const foreman::job_options how{.admit = random() % 8 == 0
                                     ? foreman::admission::if_idle
                                     : foreman::admission::queue,
                                   .priority = static_cast<int>(lane) - 1};
    const bool by_handle = hot && random() % 2 == 0;
    verdict = x.offer(
      to,
      [&](auto body) {
        return by_handle ? handles[to].submit(std::move(body), how)
                         : system_->submit(key_of(to), std::move(body), how);
      },
      lane);
    if (verdict == errc::ok && random() % 50 == 0)
      cancel_last(x, random() % 2 == 0);
    x.settle_all_but(open_each);
  }
  if (verdict == errc::draining)
    check_late(handles.front());
}

void generation::submit_by_handles(std::size_t thread) {
  auto& x = senders_[thread];
  auto handles = handles_;
  for (std::size_t i = 0;; ++i, ++flooded_) {
    auto& to = handles[i % hot_projects];
    if (x.offer(
          i % hot_projects,
          [&](auto body) { return to.submit(std::move(body)); }, 1)
        == errc::draining)
      break;
    x.settle_all_but(open_each);
  }
  check_late(handles.front());
}

void generation::cancel_last(const sender& x, bool by_id) {
  const auto& which = x.last();
  if (by_id)
    (void) system_->cancel(which.project(), which.id());
  else
    (void) which.cancel();
}

void generation::check_late(foreman::project& handle) {
  const auto verdict = handle.submit([] {});
  if (verdict || verdict.error().code() != errc::draining)
    ++late_verdicts_;
}

void generation::ask_at_random() {
  std::minstd_rand random{options_.seed ^ 0x5eed};
  const auto expect = [this](bool right) { wrong_answers_ += right ? 0 : 1; };
  while (!ending_) {
    const auto key = key_of(random() % projects);
    (void) system_->is_running(key);
    (void) system_->is_busy(key);
    const auto row = *system_->status(key);
    expect(row.project == key
           && row.running == (row.running_job != foreman::job_id{})
           && (!row.running || row.busy));
    if (random() % 500 == 0)
      for (const auto& x : system_->list())
        expect(x.busy && (x.running || x.queued != 0));
    const auto books = system_->books();
    expect(books.open() <= books.admitted);
    if (random() % 1'000 == 0) // down for a part of the time
      server_->up = random() % 4 != 0;
    std::this_thread::yield();
  }
}

// -- bodies -------------------------------------------------------------------

void generation::in_body(foreman::job_context& job) {
  ++bodies_;
  const foreman::at_scope_end leave{[this] { --bodies_; }};
  killer_->hear_of(job);
  std::minstd_rand random{
    options_.seed
    ^ static_cast<std::uint32_t>(job.id().value * 2'654'435'761U)};
  random.discard(2);
  const auto kind = random() % 1'000;
  if (kind < 20)
    throw std::runtime_error{"a body that throws"};
  if (kind < 22)
    pthread_exit(nullptr);
  if (kind < 60)
    hand_on(random() % projects, false);
  else if (kind < 80)
    hand_on(random() % projects, true);
  else if (kind < 100)
    for (int i = 0; i < 500 && !job.stop_requested(); ++i)
      std::this_thread::yield();
}

void generation::hand_on(std::size_t to, bool wait) {
  std::optional<foreman::ticket<void>> handed_on;
  {
    const std::lock_guard guard{bodies_mutex_};
    auto& x = senders_.back();
    x.settle_ended();
    // By handle, as bodies may outlive their system.
    auto handle = handles_[to % hot_projects];
    if (x.unsettled() < open_of_bodies
        && x.offer(
             to % hot_projects,
             [&](auto body) { return handle.submit(std::move(body)); }, 1)
          == errc::ok)
      handed_on = x.last();
  }
  // Refused when it closes a cycle or blocks the last worker: all the same.
  if (wait && handed_on)
    (void) handed_on->wait_for(20ms);
}

// -- end ----------------------------------------------------------------------

void generation::submit_stuck_bodies() {
  for (std::size_t i = 0; i < stuck_bodies; ++i)
    if (auto ticket = system_->submit("stuck-" + std::to_string(i),
                                      [this] { stuck_.pass(); }))
      stuck_tickets_.push_back(*std::move(ticket));
}

void generation::drain_by_message() {
  // On a thread of its own: CAF ties it to the actor system.
  std::jthread{[this] {
    caf::scoped_actor self{system_->registry()->home_system()};
    for (bool done = false; !done;) // a registry that dies says so
      compat::request(self.ptr(), system_->registry(), caf::infinite,
                      act::drain_atom_v, std::chrono::nanoseconds{1s},
                      foreman::drain_policy::abandon)
        .receive([&](const foreman::drain_report&) { done = true; },
                 [](const caf::error&) {});
  }};
}

void generation::end_threads() {
  ending_ = true;
  threads_.clear();
}

void generation::flood_and_destroy() {
  end_threads();
  killer_->stop();
  for (std::size_t i = 0; i < submitters; ++i)
    threads_.emplace_back([this, i] { submit_by_handles(i); });
  await([this] { return flooded_ > 1'000; });
  system_.reset();
  threads_.clear();
}

tally generation::outcomes() {
  tally result;
  {
    const std::lock_guard guard{bodies_mutex_}; // abandoned ones may still run
    for (auto& x : senders_)
      result += x.outcomes();
  }
  for (const auto& x : stuck_tickets_) {
    (void) x.wait();
    result.count(x.state());
  }
  result.count(killer_->own_job());
  result += by_message_.outcomes();
  return result;
}

generation::report generation::end() {
  using enum generation_options::end;
  report result;
  std::string& complaints = result.complaints;
  const auto expect = [&](bool right, std::string_view what) {
    if (!right)
      complaints += fmt::format("{}\n", what);
  };
  if (options_.how == drain) {
    expect(system_->drain(60s)->left.empty(),
           "G10: a drain left jobs that end");
  } else if (options_.how == abandon) {
    submit_stuck_bodies();
    drain_by_message();
  }
  if (options_.how == destroy)
    flood_and_destroy();
  else {
    end_threads();
    killer_->stop();
    result.books = system_->books();
  }
  const auto seen = outcomes();
  if (options_.how == destroy)
    result.books = {.admitted = seen.all(),
                    .succeeded = seen.succeeded,
                    .failed = seen.failed,
                    .cancelled = seen.cancelled};
  else
    expect(
      agree(result.books, seen),
      fmt::format("G4: the books say {} admitted, {} succeeded, {} failed, "
                  "{} cancelled; the tickets {}, {}, {}, {}",
                  result.books.admitted, result.books.succeeded,
                  result.books.failed, result.books.cancelled, seen.all(),
                  seen.succeeded, seen.failed, seen.cancelled));
  system_.reset();
  stuck_.open();
  // What was abandoned returns, and then nobody uses a handle any more.
  await([this] { return bodies_ == 0; });
  handles_.clear();
  expect(await([this] { return witness_.use_count() == 1; }),
         fmt::format("G9: {} things of the system are left, {} bodies run",
                     witness_.use_count() - 1, bodies_.load()));
  std::uint64_t contradictions = by_message_.contradictions();
  for (const auto& x : senders_)
    contradictions += x.contradictions();
  expect(
    contradictions == 0,
    fmt::format("G4: {} outcomes contradict their bodies", contradictions));
  expect(violations() == 0,
         fmt::format("G1, G2: {} bodies at the wrong time", violations()));
  expect(wrong_answers_ == 0,
         fmt::format("G6: {} wrong answers", wrong_answers_.load()));
  expect(late_verdicts_ == 0,
         fmt::format("G10: {} verdicts after the drain are not draining",
                     late_verdicts_.load()));
  result.connection_deaths = server_->deaths;
  return result;
}

} // namespace soak
