#include <foreman/sql/watchdog.hpp>

#include <pthread.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

namespace foreman::sql {

namespace {

using watched = std::multimap<deadline, int>;

// What the thread watches, earliest first.
class kennel {
public:
  // Never destroyed: a body that was abandoned may be here while the process
  // exits.
  static kennel& of_process() {
    static auto& instance = *new kennel;
    return instance;
  }

  watched::iterator add(int socket, deadline until) {
    const std::lock_guard guard{mutex_};
    start();
    const auto place = watched_.emplace(until, socket);
    // Nearly all deadlines are later than the one that it sleeps for.
    if (until < wakes_)
      changed_.notify_one();
    return place;
  }

  // When this returns the socket is cut or will not be.
  void remove(watched::iterator place) {
    const std::lock_guard guard{mutex_};
    watched_.erase(place);
  }

private:
  void start() {
    if (started_)
      return;
    // The signals of the host are not for this thread.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
      std::thread{[this] { watch(); }}.detach();
      started_ = true;
    } catch (...) {
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
      throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void watch() {
    std::unique_lock guard{mutex_};
    for (;;) {
      const auto now = std::chrono::steady_clock::now();
      auto next = watched_.begin();
      for (; next != watched_.end() && next->first <= now; ++next)
        cut(next->second); // again is no harm
      wakes_ = next == watched_.end() ? deadline::max() : next->first;
      if (next == watched_.end())
        changed_.wait(guard);
      else
        changed_.wait_until(guard, wakes_);
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  watched watched_;
  deadline wakes_ = deadline::max();
  bool started_ = false;
};

} // namespace

watchdog::watchdog(int socket, deadline until)
  : place_{kennel::of_process().add(socket, until)} {}

watchdog::~watchdog() {
  kennel::of_process().remove(place_);
}

} // namespace foreman::sql
