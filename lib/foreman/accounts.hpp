#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>
#include <foreman/job_id.hpp>
#include <foreman/job_state.hpp>
#include <foreman/ledger.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace foreman {

/// The books of one system: the total limit, the ledger, whether it drains.
/// Shared by all of its entries, and outlives the system while tickets are
/// held. Thread-safe.
class FOREMAN_EXPORT accounts {
public:
  explicit accounts(std::size_t total_limit) noexcept;

  // -- admission --------------------------------------------------------------

  /// Whether a job could be admitted at this moment: `ok`, `draining` or
  /// `system_full`. Takes nothing, so it is for those who can save work by it.
  errc ask() const noexcept;

  /// Admits a job that the rule of its project lets in, and numbers it: it has
  /// one of the places of the total limit, which is never exceeded. Else says
  /// `draining` or `system_full`. No place is ever taken for a job that is then
  /// rejected, so nobody is refused while one is free.
  expected<job_id> admit() noexcept;

  /// Counts a job that the rule of admission rejected.
  void count_rejection() noexcept;

  // -- the end of a job, in this order ----------------------------------------

  /// Books an outcome and frees the job's place in the total limit. Before the
  /// outcome is announced: who knows of it may use the place.
  void settle(job_state final_state) noexcept;

  /// The outcome has been announced: a drain need not wait for this job.
  void release();

  // -- draining ---------------------------------------------------------------

  /// From now on `admit` says `draining`.
  void stop_admitting() noexcept;

  bool draining() const noexcept {
    return draining_.load();
  }

  /// Whether all jobs have ended and their outcomes were announced. Final once
  /// draining.
  bool empty() const noexcept {
    return unfinished() == 0;
  }

  /// Counts a job that a drain has abandoned, among those that failed.
  void count_abandoned() noexcept;

  std::uint64_t abandoned() const noexcept {
    return abandoned_.load();
  }

  /// Blocks until all but `except` jobs have ended and their outcomes were
  /// announced, or until `until`. Returns whether that is so. Call it only
  /// while draining.
  bool wait_until_empty(std::chrono::steady_clock::time_point until,
                        std::uint64_t except = 0);

  /// Calls `f` once when all jobs have, on the thread that ends the last job,
  /// or now. Call it only while draining. `f` must neither block nor throw.
  void on_empty(std::function<void()> f);

  // -- questions --------------------------------------------------------------

  /// What was true at one moment, but for the rejected, which are counted by
  /// themselves.
  ledger totals() const noexcept;

private:
  // Jobs, or submits under way, whose outcome was not announced.
  std::uint64_t unfinished() const noexcept;

  using counter = std::atomic<std::uint64_t>;

  // How many places were freed.
  std::uint64_t freed() const noexcept;

  bool is_full(std::uint64_t taken, std::uint64_t freed) const noexcept {
    // Signed: a place may be taken and freed between two reads.
    return static_cast<std::int64_t>(taken - freed)
      >= static_cast<std::int64_t>(total_limit_);
  }

  // Takes one of the places, or says why not.
  errc take_place() noexcept;

  ledger outcomes() const noexcept;

  // Submitters write one cache line, workers another, and who does the one
  // reads the other only when it must: a counter of open jobs would travel
  // between their cores twice a job.

  // Read by all, hardly ever written.
  const std::uint64_t total_limit_;
  std::atomic<bool> draining_{false};
  // While more jobs than this are open, nobody waits to hear of an end.
  counter few_{0};
  std::mutex mutex_;
  std::condition_variable empty_;
  std::vector<std::function<void()>> listeners_;

  // Submitters'. Places that were ever taken, and the freed ones as they were
  // last looked at: never more than there are.
  alignas(64) counter taken_{0};
  mutable counter freed_seen_{0};
  counter admitted_{0};
  counter rejected_{0};

  // Workers'. Announced, or given back by a submit that met a drain.
  alignas(64) counter done_{0};
  counter given_back_{0};
  counter succeeded_{0};
  counter failed_{0};
  counter cancelled_{0};
  counter expired_{0};
  counter abandoned_{0};
};

} // namespace foreman
