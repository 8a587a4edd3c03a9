#pragma once

#include <foreman/check_options.hpp>
#include <foreman/clock.hpp>
#include <foreman/export.hpp>

#include <cstdint>
#include <string_view>

namespace foreman {

/// One step of the check of a connection, in the order in which they are taken.
enum class check_step : std::uint8_t {
  /// It is closed: open it.
  open,
  /// A transaction was left open: close and reopen.
  reopen_left_transaction,
  /// It is older than its maximum age: close and reopen.
  reopen_aged,
  /// A job of another project has used it: reset it; if that cannot be, close
  /// and reopen.
  reset,
  /// Take the free peek at its socket, then ask again.
  peek,
  /// Ask the server; if it is dead or late, close and reopen.
  ping,
  /// It may be used.
  pass,
};

/// Returns the name of `step` as written in the source.
FOREMAN_EXPORT std::string_view to_string(check_step step) noexcept;

/// What is known of a connection when it is checked.
struct FOREMAN_EXPORT connection_facts {
  bool open = false;
  bool in_transaction = false;
  /// Another project's job may have left something in its session.
  bool used_by_another = false;
  /// The last job that had it failed.
  bool suspect = false;
  /// Another connection to its endpoint was lost since it was last known to be
  /// alive.
  bool distrusted = false;
  /// Since it was opened.
  clock::duration age{};
  /// At which age it is reopened: `max_age` less the jitter drawn at open.
  clock::duration max_age{};
  /// Since it was last known to be alive.
  clock::duration unused_for{};
};

/// The first step of a check, from what is known without touching the socket.
FOREMAN_EXPORT check_step first_step(const connection_facts& facts) noexcept;

/// The step after the peek. The trust window never stands without the peek: a
/// server that drops everybody is noticed by it alone (HikariCP issue 443).
FOREMAN_EXPORT check_step
step_after_peek(bool quiet, const connection_facts& facts,
                const check_options& options) noexcept;

/// The age at which a connection that is opened now will be reopened; `draw`
/// is random in [0, 1).
FOREMAN_EXPORT clock::duration draw_max_age(const check_options& options,
                                            double draw) noexcept;

} // namespace foreman
