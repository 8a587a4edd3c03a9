#pragma once

#include <foreman/admission.hpp>
#include <foreman/expected.hpp>

namespace foreman {

/// How a job is submitted.
struct job_options {
  /// What the submit asks of its project. Default: take a place in the queue.
  admission admit = admission::queue;
  /// Jobs of one project start in the order of (priority, time due, admission
  /// number): lower numbers first, -100 to 100. Default 0. Keep it for the few
  /// jobs that must overtake.
  int priority = 0;
};

/// The range of `job_options::priority`.
inline constexpr int min_priority = -100;
inline constexpr int max_priority = 100;

/// Returns `errc::invalid_option`, naming the option, its value and its range,
/// unless `options` can be used.
expected<void> validate(const job_options& options);

} // namespace foreman
