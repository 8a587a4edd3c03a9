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

  /// Takes the steps of the check in order, none of them after `until`. Passed
  /// means that a job may use the connection.
  check_verdict check(clock::time_point until);

  /// Its worker is about to be idle: who waits for such a connection may use
  /// it.
  void offer() noexcept {
    if (open_)
      where_->passed();
  }

  /// A job works with the connection.
  void touch() noexcept {
    touched_ = true;
  }

  /// A job that had the connection has ended. Closes it with what was left
  /// open. Returns why the connection is dead if that is found out, which it is
  /// after a job that failed with it.
  std::optional<error> used(bool job_succeeded);

private:
  check_step look(clock::time_point now);

  // How long a step may take; none if it may not begin.
  std::optional<milliseconds> bounded(milliseconds deadline,
                                      clock::time_point until) const;

  check_verdict out_of_time();

  check_verdict check_by_ping(clock::time_point until);

  expected<void> ping(milliseconds within);

  check_verdict reopen(clock::time_point until);

  check_verdict open(clock::time_point until);

  expected<void> open_within(milliseconds within);

  void passed(single_writer_counter& how);

  void note_left_transaction(const char* text);

  // It is not alive.
  void lost();

  void close();

  // Turns what a user's connection throws into an error. A `call` that captures
  // two references at most needs no memory.
  expected<void> guarded(const char* what,
                         const std::function<expected<void>()>& call);

  // The same; a success later than `within` is a failure.
  expected<void> in_time(const char* what, milliseconds within,
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
};

} // namespace foreman
