// The limit: a queue under a mutex for each project, drained in an arena of
// oneTBB. No key, no ticket, no limit, no cancel, no question: what is left of
// the problem when everything but the order is taken away.

#include "flood.hpp"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <functional>
#include <mutex>

namespace {

class keyed_queue {
public:
  // Returns whether the caller has to have it drained.
  template <class F>
  bool push(F f) {
    const std::lock_guard guard{mutex_};
    jobs_.emplace_back(std::move(f));
    return !std::exchange(draining_, true);
  }

  void drain() {
    std::vector<std::function<void()>> batch;
    for (;;) {
      {
        const std::lock_guard guard{mutex_};
        batch.clear();
        batch.swap(jobs_);
        if (batch.empty()) {
          draining_ = false;
          return;
        }
      }
      for (auto& f : batch)
        f();
    }
  }

private:
  std::mutex mutex_;
  std::vector<std::function<void()>> jobs_;
  bool draining_ = false;
};

} // namespace

int main(int argc, char** argv) {
  bench::flood jobs{argc, argv, "queues drained in a oneTBB arena"};
  const tbb::global_control threads{
    tbb::global_control::max_allowed_parallelism, jobs.workers + 1};
  tbb::task_arena arena{static_cast<int>(jobs.workers) + 1, 1};
  tbb::task_group all;
  std::vector<keyed_queue> queues(jobs.projects);
  jobs.measure(
    [&](std::size_t project, std::size_t thread, std::uint32_t number) {
      auto& queue = queues[project];
      if (queue.push([&jobs, project, thread, number] {
            jobs.body(project, thread, number);
          }))
        arena.enqueue(all.defer([&queue] { queue.drain(); }));
    },
    [&] { arena.execute([&] { all.wait(); }); });
}
