#include <foreman/sql/bounded_call.hpp>

#include <mutex>
#include <vector>

namespace foreman::sql {

namespace {

// Left behind when this is gone, unless joined.
struct late_thread {
  late_thread(std::thread runs, std::shared_future<void> ends)
    : thread{std::move(runs)}, end{std::move(ends)} {}

  late_thread(late_thread&&) noexcept = default;
  late_thread& operator=(late_thread&&) noexcept = default;

  ~late_thread() {
    if (thread.joinable())
      thread.detach();
  }

  bool join_by(deadline until) {
    if (end.wait_until(until) != std::future_status::ready)
      return false;
    thread.join();
    return true;
  }

  std::thread thread;
  std::shared_future<void> end;
};

// The calls of this process that were late and may go on. The client libraries
// clean up when the process exits, under the feet of those, so that exit first
// gives them a moment to end.
class late_threads {
public:
  // Made by the first late call, hence after what SOCI has made for its own
  // end, and gone before that.
  static late_threads& all() {
    static late_threads instance;
    return instance;
  }

  late_threads() = default;
  late_threads(const late_threads&) = delete;
  late_threads& operator=(const late_threads&) = delete;

  ~late_threads() {
    const auto until = deadline_after(std::chrono::seconds{2});
    for (auto& x : threads_)
      x.join_by(until);
  }

  void add(late_thread late) {
    const std::lock_guard guard{mutex_};
    std::erase_if(threads_, [](late_thread& x) {
      return x.join_by(std::chrono::steady_clock::now());
    });
    threads_.push_back(std::move(late));
  }

private:
  std::mutex mutex_;
  std::vector<late_thread> threads_;
};

} // namespace

void leave_behind(std::thread late, std::shared_future<void> end) {
  late_threads::all().add({std::move(late), std::move(end)});
}

} // namespace foreman::sql
