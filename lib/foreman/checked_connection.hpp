#pragma once

#include <foreman/check_options.hpp>
#include <foreman/clock.hpp>
#include <foreman/connection.hpp>
#include <foreman/log.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace foreman {

/// What the checks of one connection did, since its worker started.
struct check_counts {
  std::uint64_t checks = 0;
  std::uint64_t pings = 0;
  std::uint64_t opens = 0;
  std::uint64_t reopened_left_transaction = 0;
  std::uint64_t reopened_aged = 0;
  std::uint64_t reopened_dead = 0;
  std::uint64_t failed = 0;
};

/// A connection of one worker together with all that its check needs to know.
/// Used by the worker's thread only.
class checked_connection {
public:
  /// `random` returns numbers in [0, 1). `time` and `options` must outlive it.
  checked_connection(std::string name, std::unique_ptr<connection> wrapped,
                     const check_options& options, const clock& time,
                     std::function<double()> random, log_function log);

  ~checked_connection();
  checked_connection(checked_connection&&) noexcept = default;

  const std::string& name() const noexcept {
    return name_;
  }

  connection& wrapped() noexcept {
    return *wrapped_;
  }

  const check_counts& counts() const noexcept {
    return counts_;
  }

  /// Takes the steps of the check in order. Success means that a job may use
  /// the connection; else `connection_unavailable` with the reason.
  expected<void> check();

  /// A job works with the connection.
  void touch() noexcept {
    touched_ = true;
  }

  /// A job that had the connection has ended. Rolls back what it left open.
  void used(bool job_succeeded);

private:
  expected<void> ping();

  expected<void> reopen();

  expected<void> open();

  void close();

  // Turns what a user's connection throws into an error. A `call` that captures
  // two references at most needs no memory.
  expected<void> guarded(const char* what,
                         const std::function<expected<void>()>& call);

  template <class F>
  void log(log_level level, const F& text) const;

  std::string name_;
  std::unique_ptr<connection> wrapped_;
  const check_options* options_;
  const clock* time_;
  std::function<double()> random_;
  log_function log_;
  clock::time_point opened_at_;
  clock::time_point alive_at_;
  clock::duration max_age_{};
  check_counts counts_;
  bool open_ = false;
  bool suspect_ = false;
  bool touched_ = false;
};

} // namespace foreman
