#pragma once

#include <foreman/duration_histogram.hpp>
#include <foreman/export.hpp>

#include <cstdint>

namespace foreman {

/// What became of the checks of the connections of one name, since the system
/// started: a snapshot.
struct FOREMAN_EXPORT connection_counts {
  /// Checks that passed after a free look at the socket.
  std::uint64_t passed_by_peek = 0;
  /// Checks that passed after a ping, or after a reset in its place.
  std::uint64_t passed_by_ping = 0;
  /// Checks that passed after an open.
  std::uint64_t passed_by_open = 0;
  /// Checks that failed, as an open did.
  std::uint64_t failed_open = 0;
  /// Checks that failed without a try, as the endpoint is known to be down.
  std::uint64_t refused = 0;
  /// Checks that failed without a try, as others were being opened.
  std::uint64_t busy = 0;
  /// Checks that failed, as the budget of the job's checks had no time left, or
  /// not enough.
  std::uint64_t out_of_time = 0;
  /// Connections that foreman closed, as they were dead.
  std::uint64_t reopened_dead = 0;
  /// Connections that foreman closed, as they were too old.
  std::uint64_t reopened_aged = 0;
  /// Connections that foreman closed, as a job had left a transaction open.
  std::uint64_t reopened_left_transaction = 0;
  /// Connections that foreman closed, as it could not find out how they are: a
  /// look at one after a job failed, or a ping was cut short by the budget of a
  /// job's checks.
  std::uint64_t reopened_unknown = 0;
  /// Connections that foreman closed, as the interrupt of what a job did was
  /// not done, or not in time.
  std::uint64_t reopened_interrupted = 0;
  /// Sessions that were reset by their servers after a job, or for the next.
  std::uint64_t sessions_reset = 0;
  /// Connections that foreman closed, as what a job did to the session could
  /// not be taken away in another way, or not in time.
  std::uint64_t reopened_not_reset = 0;
  /// Connections that were lost in the middle of a job that failed.
  std::uint64_t lost_in_job = 0;
  /// Jobs that were deferred, each time.
  std::uint64_t jobs_deferred = 0;
  /// Jobs that failed, as the connection could not be had.
  std::uint64_t jobs_failed = 0;
  /// Jobs that ran without it, as their policy says.
  std::uint64_t jobs_run_anyway = 0;
  /// How long checks took that passed.
  durations check_time;
  /// How long opens took that were tried.
  durations open_time;

  /// All checks.
  std::uint64_t checks() const noexcept {
    return passed_by_peek + passed_by_ping + passed_by_open + failed_open
      + refused + busy + out_of_time;
  }

  /// All connections that foreman closed.
  std::uint64_t reopened() const noexcept {
    return reopened_dead + reopened_aged + reopened_left_transaction
      + reopened_unknown + reopened_interrupted + reopened_not_reset;
  }

  /// Adds the counts of other workers.
  connection_counts& operator+=(const connection_counts& x) noexcept;

  /// Whether all counts are the same.
  friend bool operator==(const connection_counts&, const connection_counts&)
    = default;
};

/// @cond

/// The same while it is counted: one worker writes, any thread reads.
struct FOREMAN_EXPORT connection_counters {
  single_writer_counter passed_by_peek;
  single_writer_counter passed_by_ping;
  single_writer_counter passed_by_open;
  single_writer_counter failed_open;
  single_writer_counter refused;
  single_writer_counter busy;
  single_writer_counter out_of_time;
  single_writer_counter reopened_dead;
  single_writer_counter reopened_aged;
  single_writer_counter reopened_left_transaction;
  single_writer_counter reopened_unknown;
  single_writer_counter reopened_interrupted;
  single_writer_counter sessions_reset;
  single_writer_counter reopened_not_reset;
  single_writer_counter lost_in_job;
  single_writer_counter jobs_deferred;
  single_writer_counter jobs_failed;
  single_writer_counter jobs_run_anyway;
  duration_histogram check_time;
  duration_histogram open_time;

  connection_counts snapshot() const noexcept;
};

/// @endcond

} // namespace foreman
