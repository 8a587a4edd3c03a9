#pragma once

#include <foreman/export.hpp>

#include <chrono>

namespace foreman {

/// Where time comes from, so that a test can turn it by hand. Thread-safe.
class FOREMAN_EXPORT clock {
public:
  /// What lies between two points in time.
  using duration = std::chrono::steady_clock::duration;
  /// A point in time, with no meaning outside the process.
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~clock() = default;

  /// The time now; never goes back, and is years away from the last
  /// `time_point` there is, as deadlines are added to it. What it throws is
  /// contained, and the last reading taken instead; so it is when foreman asks
  /// within a call of this.
  virtual time_point now() const = 0;
};

/// The steady clock of the machine; lives as long as the program.
FOREMAN_EXPORT const clock& steady_clock() noexcept;

} // namespace foreman
