#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace foreman {

/// When what a job did to a session is taken away, for kinds of connections
/// that can do that; see `connection::reset`.
enum class session_reset : std::uint8_t {
  /// After each job that asked for the connection, before its outcome is
  /// published. The default: no job meets what another one did.
  always,
  /// Before a job of another project uses the connection. Jobs of one project
  /// in a row may then meet what the last one did, when they happen to run on
  /// one worker; a lock or a subscription that it left stays meanwhile, for as
  /// long as nobody else uses the connection.
  between_projects,
  /// Not at all, but for a transaction that was left open. Only where all jobs
  /// put back what they change, as others meet it otherwise.
  never,
};

/// Returns the name of `when`.
FOREMAN_EXPORT std::string_view to_string(session_reset when) noexcept;

/// How connections are checked before a job, and what happens while they cannot
/// be had.
struct FOREMAN_EXPORT check_options {
  /// How long an open may take; 1 ms to 1 h. Default 2 s. Some kinds of
  /// connections count it in whole seconds, see there. One that is done later
  /// has failed.
  std::chrono::milliseconds open_deadline{2'000};
  /// How long a ping may take, and a reset, and an interrupt; 1 ms to 1 h.
  /// Default 1 s. An answer that comes later is none.
  std::chrono::milliseconds ping_deadline{1'000};
  /// How long the check of all connections of a job together may take; 1 ms to
  /// 1 h. Default 5 s. What is left of it bounds each open and ping; a job
  /// whose budget is used up is treated as its policy says.
  std::chrono::milliseconds budget{5'000};
  /// The age at which a connection is reopened; 1 ms to 1 year. Default 10 min:
  /// below the idle timeouts of servers, proxies and firewalls.
  std::chrono::milliseconds max_age{600'000};
  /// The part of `max_age` that is taken off at random when a connection is
  /// opened, so that not all are reopened at once; 0 to 1. Default 0.2.
  double age_jitter = 0.2;
  /// A connection that was used within this time and is quiet passes without a
  /// ping; 0 to 1 h. Default 500 ms; 0 pings before every job.
  std::chrono::milliseconds trust_window{500};
  /// How many connections of one name are opened at the same time; 1 to 65,536.
  /// Default 2, so that a server that comes back is not run over.
  std::size_t max_opens = 2;
  /// After a failed open the next one waits up to this long, up to twice as
  /// long after two, and so on; 0 to 1 h. Default 100 ms.
  std::chrono::milliseconds first_backoff{100};
  /// So many failed opens in a row open the breaker: jobs are then not even
  /// tried; 1 to 1,000. Default 3.
  std::size_t break_after = 3;
  /// How long an open breaker waits before it lets one open probe, at first and
  /// at most; 1 ms to 1 h. Default 1 s and 30 s.
  std::chrono::milliseconds min_break{1'000};
  /// The same, at most.
  std::chrono::milliseconds max_break{30'000};
  /// How long a job may be deferred before it fails; 0 to 1 year. Default 10
  /// min.
  std::chrono::milliseconds max_deferral{600'000};
  /// When what a job did to a session is taken away. Default `always`, which
  /// costs a round trip or two to the server for each job that uses it.
  session_reset reset = session_reset::always;
};

/// Returns `errc::invalid_option`, naming the option, its value and its range,
/// unless `options` can be used.
FOREMAN_EXPORT expected<void> validate(const check_options& options);

} // namespace foreman
