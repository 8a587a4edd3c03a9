#pragma once

#include <foreman/expected.hpp>

#include <chrono>

namespace foreman {

/// How connections are checked before a job.
struct check_options {
  /// How long an open may take; 1 ms to 1 h. Default 2 s.
  std::chrono::milliseconds open_deadline{2'000};
  /// How long a ping may take; 1 ms to 1 h. Default 1 s.
  std::chrono::milliseconds ping_deadline{1'000};
  /// The age at which a connection is reopened; 1 ms to 1 year. Default 10 min:
  /// below the idle timeouts of servers, proxies and firewalls.
  std::chrono::milliseconds max_age{600'000};
  /// The part of `max_age` that is taken off at random when a connection is
  /// opened, so that not all are reopened at once; 0 to 1. Default 0.2.
  double age_jitter = 0.2;
  /// A connection that was used within this time and is quiet passes without a
  /// ping; 0 to 1 h. Default 500 ms; 0 pings before every job.
  std::chrono::milliseconds trust_window{500};
};

/// Returns `errc::invalid_option`, naming the option, its value and its range,
/// unless `options` can be used.
expected<void> validate(const check_options& options);

} // namespace foreman
