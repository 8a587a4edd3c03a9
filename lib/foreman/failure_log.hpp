#pragma once

#include <foreman/export.hpp>
#include <foreman/log.hpp>
#include <foreman/log_allowance.hpp>

#include <mutex>

namespace foreman {

class job;

/// Tells the log of each job that has failed, whether or not anybody holds its
/// ticket: no failure is silent. When very many fail, some lines are left out,
/// and how many is told by the next line, or when the system ends. Thread-safe.
class FOREMAN_EXPORT failure_log {
public:
  /// Where lines go, and whose time the allowance goes by; before the first
  /// submit. Without it there are no lines.
  void write_to(log_function target, const clock& time);

  /// `x` has failed. Never under a lock: calls the host's log.
  void report(const job& x) noexcept;

  /// Tells of the lines that were left out.
  void flush() noexcept;

private:
  void tell_left_out(std::uint64_t how_many);

  log_function target_;
  const clock* time_ = nullptr;
  std::mutex mutex_;
  log_allowance allowance_;
};

} // namespace foreman
