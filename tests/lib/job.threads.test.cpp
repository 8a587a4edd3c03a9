// What only threads can show of a job: no wake-up is lost, nobody hears twice.

#include <foreman/job.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/start_line.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace foreman;
using foreman::test::idle_job;
using foreman::test::stagger;
using foreman::test::start_line;

namespace {

constexpr std::size_t rounds = 20'000;

std::vector<job_ptr> running_jobs(std::size_t count) {
  std::vector<job_ptr> result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(idle_job());
    result.back()->admit({}, {i + 1}, 0);
    result.back()->move_to(job_state::running);
  }
  return result;
}

} // namespace

TEST_CASE("a waiter never sleeps through the end of its job", "[G4]") {
  // A lost wake-up leaves a waiter asleep for ever: this test would time out.
  const auto jobs = running_jobs(rounds);
  start_line start{2};
  std::atomic<std::size_t> woken{0};
  const auto wait_for_all = [&] {
    for (const auto& x : jobs) {
      start.meet();
      if (x->wait(std::nullopt) && x->finished())
        ++woken;
    }
  };
  std::thread waiting{wait_for_all};
  for (const auto& x : jobs) {
    start.meet();
    stagger(x->id().value);
    x->move_to(job_state::succeeded);
    x->announce();
  }
  waiting.join();
  CHECK(woken == jobs.size());
}

TEST_CASE("a listener that races with the end of its job is called once",
          "[G4]") {
  const auto jobs = running_jobs(rounds);
  std::vector<std::atomic<int>> heard(jobs.size());
  start_line start{2};
  std::thread listening{[&] {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      start.meet();
      jobs[i]->on_finish(
        [&heard, i](const job& x) { heard[i] += x.finished() ? 1 : 1000; });
    }
  }};
  for (const auto& x : jobs) {
    start.meet();
    stagger(x->id().value);
    x->move_to(job_state::succeeded);
    x->announce();
  }
  listening.join();
  std::size_t once = 0;
  for (const auto& x : heard)
    once += x == 1 ? 1 : 0;
  CHECK(once == jobs.size());
}

TEST_CASE("a stop token that races with the request sees it") {
  const auto jobs = running_jobs(rounds);
  std::atomic<std::size_t> stopped{0};
  start_line start{2};
  std::thread body{[&] {
    for (const auto& x : jobs) {
      start.meet();
      const auto token = x->stop_token();
      while (!token.stop_requested())
        std::this_thread::yield(); // for ever, if the request was lost
      ++stopped;
    }
  }};
  for (const auto& x : jobs) {
    start.meet();
    stagger(x->id().value);
    x->request_stop();
  }
  body.join();
  CHECK(stopped == jobs.size());
}
