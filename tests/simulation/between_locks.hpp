#pragma once

#include <functional>

namespace foreman::test {

/// While one of these lives, its thread stops before each lock that it takes
/// while it holds none, and calls `f` there: what another thread may do at such
/// a moment, a simulation then does. `f` takes locks itself without being
/// called again.
///
/// The linker sends what this program and foreman's libraries call as
/// `pthread_mutex_lock` and the like here first; the product knows nothing of
/// it.
class between_locks {
public:
  explicit between_locks(std::function<void()> f);
  ~between_locks();
  between_locks(const between_locks&) = delete;
  between_locks& operator=(const between_locks&) = delete;

  /// Another such moment: something takes its time. Calls `f` as before a lock.
  static void pass_time();

  /// While one of these lives, nothing is called: who only looks moves nobody.
  class suspended {
  public:
    suspended();
    ~suspended();
    suspended(const suspended&) = delete;
    suspended& operator=(const suspended&) = delete;

  private:
    std::function<void()> f_;
  };
};

} // namespace foreman::test
