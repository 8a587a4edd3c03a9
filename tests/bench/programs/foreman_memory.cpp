// What jobs and projects cost, and whether past ones cost anything.

#include "bench.hpp"

#include <foreman/system.hpp>

#include <malloc.h>
#include <unistd.h>

#include <fstream>

namespace {

double heap_in_use() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

double resident() {
  std::ifstream file{"/proc/self/statm"};
  double all = 0;
  double pages = 0;
  file >> all >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void wait_until_empty(const foreman::system& fm) {
  while (fm.books().open() != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

// Lets the last supervisors retire and the last messages be handled: until
// nothing changes any more.
void settle() {
  auto last = heap_in_use();
  for (bool changes = true; changes;) {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    changes = last != heap_in_use();
    last = heap_in_use();
  }
}

// A system whose only worker is taken, so that all that is submitted waits.
struct blocked_system {
  explicit blocked_system(std::size_t jobs)
    : fm{{.workers = 1, .max = {.per_project = jobs, .total = 2 * jobs}}} {
    bench::expect(
      fm.submit("blocker", [this] { release.wait(false); }).has_value(),
      "a submit was rejected");
    while (!fm.is_running("blocker"))
      std::this_thread::yield();
  }

  ~blocked_system() {
    release = true;
    release.notify_all();
  }

  blocked_system(const blocked_system&) = delete;
  blocked_system& operator=(const blocked_system&) = delete;

  std::atomic<bool> release{false};
  foreman::system fm;
};

void queued(std::size_t jobs) {
  blocked_system blocked{jobs + 1};
  (void) blocked.fm.submit("p", [] {});
  const auto before = heap_in_use();
  for (std::size_t i = 0; i < jobs; ++i)
    bench::expect(blocked.fm.submit("p", [] {}).has_value(),
                  "a submit was rejected");
  bench::figure("job", (heap_in_use() - before) / static_cast<double>(jobs),
                "bytes");
}

void busy(std::size_t projects) {
  const auto names = bench::project_names(projects);
  blocked_system blocked{projects};
  const auto before = heap_in_use();
  for (const auto& name : names)
    bench::expect(blocked.fm.submit(name, [] {}).has_value(),
                  "a submit was rejected");
  settle(); // all have asked the pool for a worker
  bench::figure("project",
                (heap_in_use() - before) / static_cast<double>(projects),
                "bytes");
}

void come_and_go(foreman::system& fm, std::size_t projects) {
  for (std::size_t i = 0; i < projects; ++i)
    while (!fm.submit("project-" + std::to_string(i), [] {}))
      std::this_thread::yield(); // full
  wait_until_empty(fm);
  settle();
}

void past_projects(std::size_t projects) {
  foreman::system fm;
  come_and_go(fm, 10'000); // what is made once
  const auto before = heap_in_use();
  come_and_go(fm, projects);
  const auto first = resident();
  bench::figure("heap_left", heap_in_use() - before, "bytes");
  come_and_go(fm, projects);
  bench::figure("resident_grew", (resident() / first - 1) * 100, "percent");
}

void past_jobs(std::size_t jobs) {
  foreman::system fm;
  const auto run = [&fm](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      while (!fm.submit("p", [] {}))
        std::this_thread::yield(); // full
    wait_until_empty(fm);
    settle();
  };
  run(jobs / 10);
  const auto heap = heap_in_use();
  const auto before = resident();
  run(jobs);
  bench::figure("heap_left", heap_in_use() - heap, "bytes");
  bench::figure("resident_grew", (resident() / before - 1) * 100, "percent");
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"foreman: --way=queued, busy, past_projects or past_jobs"};
  std::string way = "queued";
  std::size_t count = 100'000;
  app.add_option("--way", way, "what is measured");
  app.add_option("--count", count, "jobs or projects");
  bench::parse(app, argc, argv);
  if (way == "queued")
    queued(count);
  else if (way == "busy")
    busy(count);
  else if (way == "past_projects")
    past_projects(count);
  else
    past_jobs(count);
}
