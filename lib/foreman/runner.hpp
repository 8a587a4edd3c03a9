#pragma once

#include <foreman/connection_set.hpp>
#include <foreman/entry.hpp>
#include <foreman/export.hpp>

#include <atomic>
#include <cstddef>
#include <optional>

namespace foreman {

class interruption;

/// What a worker does on its thread, without the thread: a machine that is
/// cranked. A thread calls `while (begin_job()) end_job();`; a simulation
/// calls the steps one by one and lets the world move in between.
///
/// Not thread-safe, but for `in_job`: one thread at a time.
class FOREMAN_EXPORT runner {
public:
  runner(connection_set connections, const clock& time);

  /// Starts a turn; false if it was revoked meanwhile.
  bool begin_turn(turn which);

  /// In a turn: checks the connections of the next job (G7). A body begins only
  /// after a check: on a worker with connections each check serves one job,
  /// without any the whole turn. A check that ends its thread fails the job
  /// that was to begin.
  void check();

  /// Takes the next job of the turn and publishes it as running; false when
  /// the turn is over. A job whose check failed is deferred, failed, or begun
  /// all the same, as its policy says.
  bool begin_job();

  /// Runs the body of the job that has begun and publishes its outcome. Where
  /// nothing has to be checked first, the next job begins in the same breath.
  /// A body or a listener may end the thread: another one goes on, with
  /// `current` if there is one, else with `end_turn`.
  void end_job();

  /// Ends the turn and returns its entry; the caller must have its supervisor
  /// woken.
  entry_ptr end_turn();

  /// Whether the last turn came to nothing, as the connections that its job
  /// needs cannot be had here. Others may have them.
  bool turned_away() const noexcept {
    return turned_away_;
  }

  /// Closes all connections; the worker ends.
  void close();

  /// Whether a job has begun and not ended. Any thread.
  bool in_job() const noexcept {
    return in_job_.load();
  }

  /// The job that has begun; null between jobs.
  const job_ptr& current() const noexcept {
    return current_;
  }

  connection_set& connections() noexcept {
    return connections_;
  }

private:
  // Whether the turn has room for one more job.
  bool may_begin() const;

  // Sets the outcome, and that the body returned; passes its exceptions on.
  void run_body(job& x, interruption& interrupts, outcome& result,
                bool& returned);

  // How the job that ran ended, with the next one in the same breath if there
  // is a turn for it. What the host hears of it may end this thread.
  void publish(const outcome& result, const turn* next);

  // The job that was checked: whether it may begin. Else it is deferred or
  // failed.
  bool passes();

  // The job that had the connections has ended. A loss that is found out then
  // is why it failed.
  void release_connections(const job& x, outcome& result);

  connection_set connections_;
  const clock* time_;
  turn turn_;
  clock::time_point until_;
  job_ptr current_;
  // The job that the latest check was for; null on a worker without
  // connections.
  job_ptr checked_job_;
  // The latest check that has not been used up.
  std::optional<check_verdict> checked_;
  std::size_t begun_ = 0;
  bool turned_away_ = false;
  std::atomic<bool> in_job_{false};
};

} // namespace foreman
