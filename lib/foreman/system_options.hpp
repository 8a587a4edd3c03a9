#pragma once

#include <foreman/admission.hpp>
#include <foreman/check_options.hpp>
#include <foreman/clock.hpp>
#include <foreman/connection.hpp>
#include <foreman/connection_needs.hpp>
#include <foreman/drain.hpp>
#include <foreman/export.hpp>
#include <foreman/kinds.hpp>
#include <foreman/log.hpp>

#include <chrono>
#include <cstddef>

namespace foreman {

/// How a system works. Every field has a default that suits a server.
struct FOREMAN_EXPORT system_options {
  /// Threads that run bodies; 1 to 65,536. Default 20. They sleep until woken;
  /// take as many as bodies may block at the same time.
  std::size_t workers = 20;
  /// How many jobs may be open, per project and in total.
  limits max = {};
  /// A project keeps a worker for at most this many jobs while others wait;
  /// 1 to 1,000,000. Default 256.
  std::size_t turn_jobs = 256;
  /// A project begins no further job on its worker after this time while
  /// others wait; 1 us to 1 h. Default 1 ms: what a waiting project waits
  /// longer, at most, for each project before it, plus one job.
  std::chrono::nanoseconds turn_time = std::chrono::milliseconds{1};
  /// The connections of each worker, by name, 32 at most; those that a job
  /// needs are checked before it. Connections of one name have one endpoint:
  /// what is learned of one holds for all. Default: none.
  connection_factories connections = {};
  /// How they are checked before each job, and what if they cannot be had.
  check_options check = {};
  /// The handlers of named jobs. Default: none.
  kinds handlers = {};
  /// How long the destructor drains; 0 to 1 year. Default 10 s.
  std::chrono::nanoseconds drain_deadline = std::chrono::seconds{10};
  /// What a drain does about a body that has not returned at its deadline: that
  /// of the destructor, and each that is given no other policy.
  drain_policy at_deadline = drain_policy::wait;
  /// Where log lines go. Default: standard error.
  log_function log = log_to_stderr;
  /// Whether the log gets a line for each job that has failed: its id, its
  /// project and why. When many fail at once, twenty have one and one a second
  /// after that; how many had none is told with the next one, or at the end.
  /// Default: yes. No is for hosts that tell of each job themselves.
  bool log_failures = true;
  /// Where time comes from. Must outlive the system, and is not read after it.
  /// Default: the machine.
  const clock* time = &steady_clock();
};

/// Returns `errc::invalid_option`, naming the option, its value and its range,
/// unless `options` can be used.
FOREMAN_EXPORT expected<void> validate(const system_options& options);

} // namespace foreman
