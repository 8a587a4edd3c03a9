#pragma once

#include <foreman/export.hpp>

#include <cstdint>

namespace foreman {

/// What became of all jobs of a system. At rest `admitted` equals the sum of
/// the four outcomes (G4); while jobs are open it is larger by their number.
struct FOREMAN_EXPORT ledger {
  /// Jobs that were taken in: each has, or will have, one of the four outcomes.
  std::uint64_t admitted = 0;
  /// Their bodies returned.
  std::uint64_t succeeded = 0;
  /// Their bodies threw or were abandoned, or could not be started.
  std::uint64_t failed = 0;
  /// They were cancelled before they started, or stopped when they were asked
  /// to.
  std::uint64_t cancelled = 0;
  /// Always 0: for jobs that do not start in time, which are to come.
  std::uint64_t expired = 0;
  /// Submits that the rule of admission rejected: `project_busy`,
  /// `project_full`, `system_full` and `draining`. Bad input is not counted; it
  /// says nothing about load.
  std::uint64_t rejected = 0;

  /// Admitted jobs without an outcome.
  std::uint64_t open() const noexcept {
    return admitted - succeeded - failed - cancelled - expired;
  }

  /// Whether all numbers are the same.
  friend bool operator==(const ledger&, const ledger&) = default;
};

} // namespace foreman
