#pragma once

#include <foreman/clock.hpp>
#include <foreman/connection.hpp>
#include <foreman/connection_check.hpp>
#include <foreman/endpoint.hpp>
#include <foreman/export.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace foreman {

/// A connection of one worker together with all that its check needs to know.
/// Used by the worker's thread only.
class FOREMAN_EXPORT checked_connection {
public:
  using milliseconds = connection::milliseconds;

  checked_connection(std::unique_ptr<connection> wrapped, endpoint_ptr where);

  ~checked_connection();
  checked_connection(checked_connection&&) noexcept = default;

  const std::string& name() const noexcept {
    return where_->name();
  }

  connection& wrapped() noexcept {
    return *wrapped_;
  }

  endpoint& where() noexcept {
    return *where_;
  }

  bool is_open() const noexcept {
    return open_;
  }

  /// Where this connection counts.
  connection_counters& counters() noexcept {
    return *counters_;
  }

  /// The next check is for a job of `project`.
  void serve(std::string_view project) noexcept {
    used_by_another_ = used_ && used_by_ != project;
  }

  /// Takes the steps of the check in order, none of them after `until`. Passed
  /// means that a job may use the connection.
  check_verdict check(clock::time_point until);

  /// Its worker is about to be idle: who waits for such a connection may use
  /// it.
  void offer() noexcept {
    if (open_)
      where_->passed();
  }

  /// A job of `project` works with the connection.
  void touch(std::string_view project = {});

  /// Interrupts what the job does with it; returns whether that was done, and
  /// in time. Another thread, while the job runs.
  bool interrupt() noexcept;

  /// The job that is about to end was interrupted; `done` says whether that is
  /// over. The worker's thread.
  void interrupted(bool done) noexcept;

  /// A job that had the connection has ended. Takes away what it did to the
  /// session, by closing it if it must be. Returns why the connection is dead
  /// if that is found out, which it is after a job that failed with it.
  std::optional<error> used(bool job_succeeded);

private:
  // How long a step may take.
  struct time_limit {
    milliseconds within;
    // Less than the options allow, as the budget of the job's checks left no
    // more: who is late then says nothing of the endpoint.
    bool by_budget = false;
  };

  // How a step ended that has a limit.
  struct step_result {
    expected<void> result;
    // It failed as the budget had no more time for it.
    bool cut_short = false;

    explicit operator bool() const noexcept {
      return result.has_value();
    }
  };

  check_step look(clock::time_point now);

  // None if it may not begin.
  std::optional<time_limit> bounded(milliseconds deadline,
                                    clock::time_point until) const;

  check_verdict out_of_time(error why);

  check_verdict no_time_left();

  check_verdict check_by_ping(clock::time_point until);

  step_result ping(time_limit limit);

  // Takes away what jobs did to the session, or closes the connection.
  reset_result reset(time_limit limit);

  check_verdict check_by_reset(clock::time_point until);

  check_verdict reopen(clock::time_point until);

  check_verdict open(clock::time_point until);

  step_result open_within(time_limit limit);

  void passed(single_writer_counter& how);

  // It is closed for a reason that is counted there and told by `text`.
  template <class F>
  void note_closed(single_writer_counter& why, const F& text) {
    why.add();
    where_->log(log_level::warning, text);
  }

  void note_left_transaction(const char* text);

  // It is not alive.
  void lost();

  void close();

  // Turns what a user's connection throws into an error. A `call` that captures
  // two references at most needs no memory.
  expected<void> guarded(const char* what,
                         const std::function<expected<void>()>& call);

  // The same; a success later than the limit is a failure.
  step_result in_time(const char* what, time_limit limit,
                      const std::function<expected<void>()>& call);

  std::unique_ptr<connection> wrapped_;
  endpoint_ptr where_;
  std::shared_ptr<connection_counters> counters_;
  clock::time_point started_at_;
  clock::time_point opened_at_;
  clock::time_point alive_at_;
  clock::duration max_age_{};
  // In which epoch of the endpoint it was last known to be alive.
  std::uint64_t epoch_ = 0;
  bool open_ = false;
  bool suspect_ = false;
  bool touched_ = false;
  // An interrupt of the last job may still come.
  bool interrupt_is_late_ = false;
  // Whether jobs have used the session since it was opened or reset, and those
  // of which project; known only where resets wait for another one.
  bool used_ = false;
  bool used_by_another_ = false;
  std::string used_by_;
};

} // namespace foreman
