#pragma once

#include <foreman/expected.hpp>
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
class accounts {
public:
  explicit accounts(std::size_t total_limit) noexcept;

  // -- admission, in this order -----------------------------------------------

  /// Takes one of the places of the total limit, which is never exceeded, or
  /// says `draining` or `system_full`.
  expected<void> reserve();

  /// Turns a reserved place into an admitted job and numbers it.
  job_id admit() noexcept;

  /// Gives a reserved place back: it came to no job.
  void give_back();

  /// Counts a job that the rule of admission rejected.
  void count_rejection() noexcept;

  // -- the end of a job, in this order ----------------------------------------

  /// Books an outcome and frees the job's place in the total limit. Before the
  /// outcome is announced: who knows of it may use the place.
  void settle(job_state final_state) noexcept;

  /// The outcome has been announced: a drain need not wait for this job.
  void release();

  // -- draining ---------------------------------------------------------------

  /// From now on `reserve` says `draining`.
  void stop_admitting() noexcept;

  bool draining() const noexcept {
    return draining_.load();
  }

  /// Whether all jobs have ended and their outcomes were announced. Final once
  /// draining.
  bool empty() const noexcept {
    return pins_.load() == 0;
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

  /// A snapshot; `open()` of it is never negative.
  ledger totals() const noexcept;

private:
  const std::size_t total_limit_;
  std::atomic<std::uint64_t> open_{0};
  // From before a job takes its place until after its announcement.
  std::atomic<std::uint64_t> pins_{0};
  std::atomic<std::uint64_t> admitted_{0};
  std::atomic<std::uint64_t> succeeded_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> cancelled_{0};
  std::atomic<std::uint64_t> expired_{0};
  std::atomic<std::uint64_t> rejected_{0};
  std::atomic<std::uint64_t> abandoned_{0};
  std::atomic<bool> draining_{false};
  std::mutex mutex_;
  std::condition_variable empty_;
  std::vector<std::function<void()>> listeners_;
};

} // namespace foreman
