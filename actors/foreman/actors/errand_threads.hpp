#pragma once

#include <foreman/clock.hpp>
#include <foreman/errands.hpp>

#include <cstddef>
#include <memory>

namespace foreman::actors {

/// Runs errands on threads of its own, which are made when they are needed.
/// Callbacks of stop tokens have a thread each, up to a number, so that one
/// that blocks holds up no other; all else is run by one after another. The
/// threads and all that they touch live in a shared state, so that one that
/// never comes back can be left behind. Thread-safe, but for its end.
class errand_threads final : public errands {
public:
  /// Makes at most so many threads. Where the operating system gives none,
  /// errands are run by whoever hands them over.
  explicit errand_threads(std::size_t most);

  /// As `join_or_leave`, without waiting.
  ~errand_threads() override;
  errand_threads(const errand_threads&) = delete;
  errand_threads& operator=(const errand_threads&) = delete;

  void stop(const job_ptr& x) override;

  void announce(const job_ptr& x) override;

  void conclude(job_list all) override;

  /// Waits until all errands have been run. From now on they are run by whoever
  /// hands them over. In an errand leaves its own thread behind instead.
  void join();

  /// The same, but leaves behind what has not ended by `until`.
  void join_or_leave(clock::time_point until);

private:
  struct state;

  std::shared_ptr<state> state_;
};

} // namespace foreman::actors
