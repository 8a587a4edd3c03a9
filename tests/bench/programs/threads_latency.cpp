// The floor of a job that starts when all is idle: two bare threads that wake
// one another, as an actor's thread and a worker's must.

#include "latency.hpp"

#include <condition_variable>
#include <mutex>

namespace {

// A thread that passes on what it is given.
class stage {
public:
  explicit stage(std::function<void()> next)
    : next_{std::move(next)}, thread_{[this] { run(); }} {}

  ~stage() {
    {
      const std::lock_guard guard{mutex_};
      stopped_ = true;
    }
    wanted_.notify_one();
    thread_.join();
  }

  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  void give() {
    {
      const std::lock_guard guard{mutex_};
      ++given_;
    }
    wanted_.notify_one();
  }

private:
  void run() {
    for (;;) {
      {
        std::unique_lock guard{mutex_};
        wanted_.wait(guard, [this] { return stopped_ || given_ > 0; });
        if (stopped_)
          return;
        --given_;
      }
      next_();
    }
  }

  std::function<void()> next_;
  std::mutex mutex_;
  std::condition_variable wanted_;
  int given_ = 0;
  bool stopped_ = false;
  std::thread thread_;
};

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"two bare thread wakes"};
  std::size_t count = 2'000;
  app.add_option("--count", count, "how often");
  bench::parse(app, argc, argv);
  std::vector<double> samples;
  std::mutex mutex;
  std::condition_variable woken;
  bench::clock::time_point begun;
  bool done = false;
  stage worker{[&] {
    const auto now = bench::clock::now();
    {
      const std::lock_guard guard{mutex};
      begun = now;
      done = true;
    }
    woken.notify_one();
  }};
  stage dispatcher{[&] { worker.give(); }};
  for (std::size_t i = 0; i < count; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    const auto start = bench::clock::now();
    dispatcher.give();
    std::unique_lock guard{mutex};
    woken.wait(guard, [&] { return std::exchange(done, false); });
    samples.push_back(bench::microseconds(begun - start));
  }
  bench::percentiles(std::move(samples));
}
