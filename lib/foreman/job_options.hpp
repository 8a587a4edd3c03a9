#pragma once

#include <foreman/admission.hpp>
#include <foreman/connection_needs.hpp>
#include <foreman/expected.hpp>
#include <foreman/export.hpp>
#include <foreman/unavailable_policy.hpp>

namespace foreman {

/// The lowest `job_options::priority`, which starts first.
inline constexpr int min_priority = -100;
/// The highest one, which starts last.
inline constexpr int max_priority = 100;
/// What most jobs have.
inline constexpr int default_priority = 0;

/// How a job is submitted.
struct FOREMAN_EXPORT job_options {
  /// What the submit asks of its project. Default: take a place in the queue.
  admission admit = admission::queue;
  /// Jobs of one project start in the order of (priority, time due, admission
  /// number): lower numbers first, -100 to 100. Default 0. Keep it for the few
  /// jobs that must overtake.
  int priority = default_priority;
  /// The connections that the job needs: it gets exactly these, checked just
  /// before it starts. Default: all of its worker's. `{"main"}` or
  /// `connection_needs::none()` saves it from waiting for what it does not use.
  connection_needs connections = connection_needs::every();
  /// What becomes of the job while one of them cannot be had. Default: defer.
  unavailable_policy if_unavailable = unavailable_policy::defer;
};

/// Returns `errc::invalid_option`, naming the option, its value and its range,
/// unless `options` can be used.
FOREMAN_EXPORT expected<void> validate(const job_options& options);

} // namespace foreman
