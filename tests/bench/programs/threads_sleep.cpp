// The same sleeps on bare threads that take from one queue.

#include "bench.hpp"

#include <mutex>

int main(int argc, char** argv) {
  CLI::App app{"bare threads: jobs that sleep"};
  std::size_t jobs = 20'000;
  std::size_t workers = 20;
  unsigned microseconds = 1'000;
  app.add_option("--jobs", jobs, "jobs in all");
  app.add_option("--workers", workers, "threads that run jobs");
  app.add_option("--sleep", microseconds, "how long each sleeps, in us");
  bench::parse(app, argc, argv);
  std::mutex mutex;
  std::size_t left = jobs;
  const auto start = bench::clock::now();
  bench::on_threads(workers, [&](std::size_t) {
    for (;;) {
      {
        const std::lock_guard guard{mutex};
        if (left == 0)
          return;
        --left;
      }
      std::this_thread::sleep_for(std::chrono::microseconds{microseconds});
    }
  });
  bench::figure("jobs", static_cast<double>(jobs) / bench::seconds_since(start),
                "jobs/s");
}
