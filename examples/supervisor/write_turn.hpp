#pragma once

#include <foreman/job_context.hpp>

#include <condition_variable>
#include <mutex>

namespace supervisor {

/// Whose turn it is to write. SQLite has one writer at a time and lets others
/// poll for its lock until they give up; here the jobs of this program wait as
/// long as it takes, asleep, and can be stopped meanwhile. Thread-safe.
class write_turn {
public:
  /// Waits for the turn. Throws `foreman::stopped` if the job is asked to stop.
  void take(const foreman::job_context& job);

  void give_back() noexcept;

private:
  std::mutex mutex_;
  std::condition_variable_any free_;
  bool taken_ = false;
};

/// Holds a turn while it lives, if there is one to take.
class held_turn {
public:
  /// Throws as `write_turn::take`.
  held_turn(const foreman::job_context& job, write_turn* turn);

  ~held_turn();

  held_turn(const held_turn&) = delete;
  held_turn& operator=(const held_turn&) = delete;

private:
  write_turn* turn_;
};

} // namespace supervisor
