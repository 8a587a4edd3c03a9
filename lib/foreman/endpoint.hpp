#pragma once

#include <foreman/breaker.hpp>
#include <foreman/clock.hpp>
#include <foreman/connection_status.hpp>
#include <foreman/endpoint_waiter.hpp>
#include <foreman/export.hpp>
#include <foreman/log.hpp>
#include <foreman/unavailable_policy.hpp>
#include <foreman/waiting_line.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace foreman {

/// What all workers of a system know of the far end of their connections of one
/// name: whether connections that were alive can still be trusted, whether one
/// may be opened now, and who waits for that. Thread-safe. It holds no lock
/// when it calls a waiter, so that one may hold its own when it calls this.
class FOREMAN_EXPORT endpoint : public std::enable_shared_from_this<endpoint> {
public:
  using time_point = clock::time_point;

  /// How many who waited are on their way to a worker at once: enough to keep
  /// many workers busy, and few for those who queue behind them.
  static constexpr std::size_t default_most_under_way = 64;

  /// `random` returns numbers in [0, 1) on any thread. `time` must outlive all
  /// connections.
  endpoint(std::string name, std::size_t number, const check_options& options,
           const clock& time, std::function<double()> random, log_function log,
           std::size_t most_under_way = default_most_under_way);
  ~endpoint();
  endpoint(const endpoint&) = delete;
  endpoint& operator=(const endpoint&) = delete;

  const std::string& name() const noexcept {
    return name_;
  }

  /// Among those of its system.
  std::size_t number() const noexcept {
    return number_;
  }

  const check_options& options() const noexcept {
    return options_;
  }

  time_point now() const noexcept {
    return time_->now();
  }

  double draw() const {
    return random_();
  }

  /// Logs what `text` returns, if there is memory for it.
  template <class F>
  void log(log_level level, const F& text) const noexcept {
    try {
      log_to(log_, level, text());
    } catch (const std::bad_alloc&) {} // NOLINT(bugprone-empty-catch)
  }

  // -- trust ------------------------------------------------------------------

  /// Grows when a connection is lost: what was alive in an earlier epoch is
  /// pinged before its next use.
  std::uint64_t epoch() const noexcept {
    return epoch_.load();
  }

  /// A connection that was alive in epoch `seen` is dead. That is news only if
  /// no other loss has been reported since: a server that restarts is one loss,
  /// not one for each connection.
  void report_loss(std::uint64_t seen) noexcept;

  /// A connection was reopened; warns when nearly every check does that.
  void note_reopen();

  // -- opens ------------------------------------------------------------------

  /// An open wants to begin. If that passes, `end_open` or `abandon_open` must
  /// follow.
  check_verdict begin_open();

  /// How it ended. After a success `closed` must follow, some time.
  void end_open(const expected<void>& result) noexcept;

  /// It was cut short by its job, and says nothing of the endpoint.
  void abandon_open() noexcept;

  /// A connection that was open is closed.
  void closed() noexcept {
    --open_connections_;
  }

  // -- those who wait for it --------------------------------------------------

  using place = endpoint_waiter::place;

  struct waiting {
    endpoint::place place = 0;
    /// Nobody else waits.
    bool alone = false;
  };

  /// `who` waits until it is let go on from the returned place, which it is
  /// when `until` has come.
  waiting wait(endpoint_waiter_ptr who, time_point until,
               wait_kind how = wait_kind::in_line);

  /// It waits no more.
  void leave(place which) noexcept;

  /// One that was let go on has come to where its connections are checked, or
  /// comes no more. The caller should call `serve` when it holds no lock.
  void arrived() noexcept;

  /// A connection is alive: who waits may go on, one at least.
  void passed() noexcept {
    if (waiting_count_.load(std::memory_order_relaxed) != 0)
      serve(1);
  }

  /// Lets go on whose time is up and who has nothing to wait for any more, and
  /// of the others as many as may be opened now, or `at_least`, who waits
  /// longest first. A few only are on their way at once, however many may go:
  /// the next goes on when one of these arrives. So a crowd comes back in
  /// turns, as fast as it is served; nobody else waits behind more than these,
  /// and no thread is kept here for long.
  void serve(std::size_t at_least = 0) noexcept;

  /// As `serve`, when its time has come: while any connection is open, one who
  /// waits goes on, as that one may be idle.
  void look_again() noexcept {
    serve(open_connections_.load() != 0 ? 1 : 0);
  }

  /// How long until `look_again` should be called: until the next open may
  /// begin, or the time of somebody is up, 100 ms at most. None if nobody
  /// waits.
  std::optional<clock::duration> next_look() const noexcept;

  // -- questions --------------------------------------------------------------

  connection_status status() const;

  /// Where one worker counts.
  std::shared_ptr<connection_counters> add_counters();

private:
  std::size_t room_locked() const noexcept {
    return under_way_ < most_under_way_ ? most_under_way_ - under_way_ : 0;
  }

  // Takes out of the line who may go on. They count as under way.
  waiting_line::group pick(std::size_t at_least) noexcept;

  connection_counts counts_locked() const noexcept;

  const std::string name_;
  const std::size_t number_;
  const check_options options_;
  const clock* time_;
  const std::function<double()> random_;
  const log_function log_;
  const std::size_t most_under_way_;
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::size_t> waiting_count_{0};
  std::atomic<std::size_t> open_connections_{0};
  mutable std::mutex mutex_;
  breaker breaker_;
  error last_error_;
  waiting_line waiting_;
  std::size_t under_way_ = 0; // let go on, and not arrived
  std::vector<std::shared_ptr<connection_counters>> counters_;
  // What was counted when the share of reopens was last looked at.
  std::uint64_t checks_looked_at_ = 0;
  std::uint64_t reopens_looked_at_ = 0;
};

using endpoint_ptr = std::shared_ptr<endpoint>;

} // namespace foreman
