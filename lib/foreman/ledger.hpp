#pragma once

#include <foreman/export.hpp>

#include <cstdint>

namespace foreman {

/// What became of all jobs of a system. At rest `admitted` equals the sum of
/// the four outcomes (G4); while jobs are open it is larger by their number.
struct FOREMAN_EXPORT ledger {
  std::uint64_t admitted = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t expired = 0;
  /// Submits that the rule of admission rejected: `project_busy`,
  /// `project_full`, `system_full` and `draining`. Bad input is not counted; it
  /// says nothing about load.
  std::uint64_t rejected = 0;

  /// Admitted jobs without an outcome.
  std::uint64_t open() const noexcept {
    return admitted - succeeded - failed - cancelled - expired;
  }

  friend bool operator==(const ledger&, const ledger&) = default;
};

} // namespace foreman
