// What only threads can show of the table: the guard, the limits, retiring.

#include <foreman/table.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/run_together.hpp>
#include <support/start_line.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace foreman;
using foreman::test::idle_job;
using foreman::test::one_worker;
using foreman::test::run_together;
using foreman::test::start_line;

namespace {

constexpr int submitters = 4;

// A new project each round races for the making of its entry as well; else the
// winner's job is taken out again for the next round.
void race_for_idle_project(bool fresh_project) {
  constexpr int rounds = 500;
  one_worker x;
  std::vector<std::atomic<int>> admitted(rounds);
  std::vector<std::atomic<int>> busy(rounds);
  start_line start{submitters};
  run_together(submitters, [&](int) {
    for (int round = 0; round < rounds; ++round) {
      const auto key
        = fresh_project ? "p" + std::to_string(round) : std::string{"p"};
      const job_ptr mine = idle_job();
      start.meet();
      const auto verdict
        = x.jobs.submit(key, mine, {.admit = admission::if_idle});
      if (verdict)
        ++admitted[round];
      else if (verdict.error().code() == errc::project_busy)
        ++busy[round];
      start.meet();
      if (verdict && !fresh_project)
        (void) cancel(*mine);
    }
  });
  int good_rounds = 0;
  for (int round = 0; round < rounds; ++round)
    good_rounds
      += admitted[round] == 1 && busy[round] == submitters - 1 ? 1 : 0;
  CHECK(good_rounds == rounds);
  CHECK(x.books().admitted == rounds);
}

} // namespace

TEST_CASE("if_idle admits exactly one of many simultaneous submitters",
          "[G5]") {
  for (const bool fresh_project : {true, false})
    race_for_idle_project(fresh_project);
}

TEST_CASE("what one thread submits starts in the order it was sent", "[G2]") {
  constexpr int each = 500;
  one_worker x;
  std::vector<std::pair<int, int>> started; // by the one worker, below
  run_together(submitters, [&](int sender) {
    for (int i = 0; i < each; ++i)
      (void) x.submit(
        "p", [&started, sender, i] { started.emplace_back(sender, i); });
  });
  CHECK(x.run("p") == submitters * each);
  std::vector<int> next(submitters, 0);
  int in_order = 0;
  for (const auto& [sender, i] : started)
    in_order += next[static_cast<std::size_t>(sender)]++ == i ? 1 : 0;
  CHECK(in_order == submitters * each);
}

TEST_CASE("many submitters never have more jobs open than the limits allow",
          "[G9]") {
  constexpr int total = 5;
  constexpr int per_project = 2;
  one_worker x{{.per_project = per_project, .total = total}};
  std::atomic<int> open{0};
  std::atomic<int> open_in_a{0};
  std::atomic<bool> exceeded{false};
  std::atomic<int> full{0};
  std::atomic<int> project_full{0};
  run_together(submitters, [&](int me) {
    const std::string keys[] = {"a", "a", "b", "c" + std::to_string(me)};
    for (int i = 0; i < 3000 || full == 0 || project_full == 0; ++i) {
      const bool in_a = i % 4 < 2;
      const auto first = x.submit(keys[i % 4], [] {});
      if (!first) {
        ++(first.error().code() == errc::system_full ? full : project_full);
        continue;
      }
      if (++open > total || (in_a && ++open_in_a > per_project))
        exceeded = true;
      std::this_thread::yield();
      const auto second = x.submit(keys[(i + 2) % 4], [] {});
      if (!second)
        ++(second.error().code() == errc::system_full ? full : project_full);
      else
        (void) second->cancel();
      --open;
      if (in_a)
        --open_in_a;
      (void) first->cancel();
    }
  });
  CHECK_FALSE(exceeded);
  CHECK(full > 0);
  CHECK(project_full > 0);
  const auto books = x.books();
  CHECK(books.open() == 0);
  CHECK(books.cancelled == books.admitted);
}

TEST_CASE("no submit is lost when its entry retires under it", "[G4]") {
  one_worker x;
  std::atomic<bool> done{false};
  std::atomic<int> retired{0};
  std::atomic<int> rested{0}; // a submit came before it retired
  std::thread retiring{[&] {
    while (!done)
      if (const auto home = x.jobs.find("p"); home && home->rest())
        ++(x.jobs.retire(*home) ? retired : rested);
  }};
  int admitted = 0;
  int found = 0;
  int woken = 0;
  entry_ptr before; // kept, so that no other one has its address
  int changed = 0;
  entry_ptr home;
  for (int i = 0; i < 3000 || retired < 300; ++i) {
    const job_ptr mine = idle_job();
    // Every other one with what a handle keeps, which is dead more often.
    if (i % 2 == 0)
      home = {};
    const auto wake = x.jobs.submit("p", mine, {}, home);
    if (!wake)
      continue;
    ++admitted;
    // The job is queued: its entry is alive, in the table, and holds it.
    if (x.jobs.find("p") == home && mine->home() == home
        && home->status().queued == 1)
      ++found;
    // A new entry is attended by nobody, and one that rested.
    changed += home != before ? 1 : 0;
    woken += *wake ? 1 : 0;
    before = home;
    (void) cancel(*mine);
    std::this_thread::yield();
  }
  done = true;
  retiring.join();
  CHECK(retired >= 300); // the race was run
  CHECK(found == admitted);
  CHECK(woken >= changed);
  CHECK(woken <= changed + rested);
  CHECK(x.books().open() == 0);
}

TEST_CASE("every waiter in every thread gets the outcome", "[G4]") {
  constexpr int rounds = 300;
  one_worker x;
  std::vector<ticket<int>> tickets;
  for (int i = 0; i < rounds; ++i)
    tickets.push_back(*x.submit("p", [i] { return i; }));
  std::atomic<int> right{0};
  start_line start{submitters + 1};
  std::thread waiting{[&] {
    run_together(submitters, [&](int) {
      start.meet();
      for (int i = 0; i < rounds; ++i)
        if (const auto got = tickets[static_cast<std::size_t>(i)].wait();
            got && *got == i)
          ++right;
    });
  }};
  start.meet();
  CHECK(x.run("p") == rounds);
  waiting.join();
  CHECK(right == submitters * rounds);
}

TEST_CASE("cancel that races with the worker gives one outcome", "[G4]") {
  constexpr int rounds = 1000;
  one_worker x;
  std::vector<ticket<void>> tickets;
  for (int i = 0; i < rounds; ++i)
    tickets.push_back(
      *x.submit("p", [](job_context& job) { job.throw_if_stopped(); }));
  std::atomic<int> accepted{0};
  start_line start{2};
  std::thread cancelling{[&] {
    start.meet();
    for (auto at = tickets.rbegin(); at != tickets.rend(); ++at)
      accepted += at->cancel() ? 1 : 0;
  }};
  start.meet();
  x.run("p");
  cancelling.join();
  const auto books = x.books();
  CHECK(books.open() == 0);
  CHECK(books.failed == 0);
  CHECK(books.succeeded + books.cancelled == rounds);
  CHECK(books.cancelled <= static_cast<std::uint64_t>(accepted));
  for (const auto& y : tickets)
    CHECK(y.finished());
}

TEST_CASE("who sees a job finished finds it in the books and its place free",
          "[G6]") {
  constexpr std::uint64_t rounds = 30'000;
  one_worker x{{.total = 1}};
  std::atomic<std::uint64_t> admitted{0};
  std::thread worker{[&] {
    for (std::uint64_t round = 1; round <= rounds; ++round) {
      while (admitted < round)
        std::this_thread::yield();
      x.run("p");
    }
  }};
  std::uint64_t refused = 0;
  std::uint64_t stale = 0;
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    auto ticket = x.submit("p", [] {});
    for (; !ticket; ticket = x.submit("p", [] {}))
      ++refused; // though the job before is known to be finished
    admitted = round;
    // The very moment counts: no yield, unless the worker has no processor.
    for (int spins = 0; !ticket->finished(); ++spins)
      if (spins > 100'000)
        std::this_thread::yield();
    stale += x.books().succeeded == round ? 0 : 1;
  }
  worker.join();
  CHECK(refused == 0);
  CHECK(stale == 0);
}

TEST_CASE("nobody is refused a place by a submit that its project rejects",
          "[G5][G9]") {
  // Two places; one job is open. Whoever is told that its project is busy takes
  // none, be it for a moment.
  constexpr int rounds = 20'000;
  one_worker x{{.per_project = 10, .total = 2}};
  REQUIRE(x.jobs.submit("busy", idle_job(), {}));
  std::atomic<bool> done{false};
  std::atomic<int> busy{0};
  std::atomic<int> others{0};
  int full = 0;
  run_together(3, [&](int t) {
    if (t != 0) {
      while (!done)
        ++(x.jobs.submit("busy", idle_job(), {.admit = admission::if_idle})
                 .error()
                 .code()
               == errc::project_busy
             ? busy
             : others);
      return;
    }
    for (int i = 0; i < rounds || busy == 0; ++i) {
      const job_ptr mine = idle_job();
      if (x.jobs.submit("idle", mine, {}))
        (void) cancel(*mine);
      else
        ++full;
    }
    done = true;
  });
  CHECK(full == 0);
  CHECK(x.books().open() == 1);
}
