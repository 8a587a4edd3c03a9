#pragma once

#include "bench.hpp"

namespace bench {

/// A flood of jobs that do nothing but prove that they run once and in order:
/// thread t submits its jobs 0, 1, 2, ... to the projects in turn. What one
/// thread submits to a project must run in that order, and never two jobs of a
/// project at once, so a plain counter for each thread and project is enough
/// (atomic only so that a wrong run is told, not undefined).
class flood {
public:
  flood(int argc, char** argv, const char* what) : app_{what} {
    app_.add_option("--jobs", jobs, "jobs in all");
    app_.add_option("--projects", projects, "projects they go to, in turn");
    app_.add_option("--threads", threads, "threads that submit");
    app_.add_option("--workers", workers, "threads that run jobs");
    app_.add_option("--way", way, "how, where there are several ways");
    parse(app_, argc, argv);
    next_ = std::vector<std::atomic<std::uint32_t>>(projects * threads);
  }

  /// The body of a job: the `number`-th of thread `thread` to `project`.
  void body(std::size_t project, std::size_t thread, std::uint32_t number) {
    auto& next = next_[project * threads + thread];
    if (next.load(std::memory_order_relaxed) != number)
      out_of_order_.store(true, std::memory_order_relaxed);
    next.store(number + 1, std::memory_order_relaxed);
  }

  /// Calls `submit(project, thread, number)` for all jobs, on all threads.
  template <class F>
  void submit_all(const F& submit) const {
    const auto share = jobs / threads;
    on_threads(threads, [&](std::size_t thread) {
      std::uint32_t number = 0;
      for (std::size_t i = 0, project = 0; i < share; ++i) {
        submit(project, thread, number);
        if (++project == projects) {
          project = 0;
          ++number;
        }
      }
    });
  }

  /// Runs it: `submit_all`, then `finish` returns when all jobs have run.
  template <class Submit, class Finish>
  void measure(const Submit& submit, const Finish& finish) {
    const auto start = clock::now();
    submit_all(submit);
    finish();
    const auto took = seconds_since(start);
    std::uint64_t ran = 0;
    for (const auto& x : next_)
      ran += x.load();
    expect(!out_of_order_, "jobs of a project ran out of order");
    expect(ran == jobs / threads * threads, "jobs were lost or ran twice");
    figure("jobs", static_cast<double>(ran) / took, "jobs/s");
  }

  std::size_t jobs = 1'000'000;
  std::size_t projects = 100;
  std::size_t threads = 1;
  std::size_t workers = 20;
  std::string way;

private:
  CLI::App app_;
  std::vector<std::atomic<std::uint32_t>> next_;
  std::atomic<bool> out_of_order_{false};
};

} // namespace bench
