#pragma once

#include <foreman/connection.hpp>
#include <foreman/export.hpp>

#include <chrono>

/// What foreman does to the socket of a session behind its client library's
/// back: only what changes nothing, but for `cut`.
namespace foreman::sql {

/// A moment by which a call must be over.
using deadline = std::chrono::steady_clock::time_point;

/// The deadline `within` from now.
FOREMAN_EXPORT deadline deadline_after(connection::milliseconds within);

/// Whether it is open and nothing waits to be read; costs 0.3 us.
FOREMAN_EXPORT bool is_silent(int socket) noexcept;

/// Whether it takes a few bytes at once.
FOREMAN_EXPORT bool takes_bytes(int socket) noexcept;

/// Waits for `events`, as poll(2) names them. Returns those that came, an error
/// or the end of the connection as the readability that they also are; 0 when
/// `until` came first.
FOREMAN_EXPORT short wait_for(int socket, short events,
                              deadline until) noexcept;

/// Ends the connection without a word to the peer: whatever is called on the
/// socket later returns at once.
FOREMAN_EXPORT void cut(int socket) noexcept;

} // namespace foreman::sql
