#pragma once

#include <foreman/sql/socket.hpp>

#include <atomic>
#include <chrono>

// As SOCI includes it.
namespace sqlite_api {
struct sqlite3;
} // namespace sqlite_api

namespace foreman::sql {

/// Looks at the statements of a SQLite connection while they are prepared and
/// run: ends one that takes too long or is interrupted, and notes whether any
/// changes what closing alone takes away.
///
/// By SQLite's own hooks, of which each connection has one of a kind; a job
/// that sets one of them through the C interface is on its own, until the
/// connection is next opened. Not moved while a connection has it.
class FOREMAN_EXPORT statement_guard {
public:
  using milliseconds = std::chrono::milliseconds;

  /// `statement_timeout` of 0 is none; a lock is waited for as long as
  /// `lock_timeout`.
  statement_guard(milliseconds lock_timeout, milliseconds statement_timeout)
    : lock_timeout_{lock_timeout}, statement_timeout_{statement_timeout} {}

  statement_guard(const statement_guard&) = delete;
  statement_guard& operator=(const statement_guard&) = delete;

  /// Guards the statements of a connection that was just opened.
  void guard(sqlite_api::sqlite3* handle);

  /// Ends the statement that runs, or the next one that takes its time. Any
  /// thread.
  void interrupt() noexcept {
    interrupted_ = true;
  }

  /// Ends nothing any more.
  void forget_interrupt() noexcept {
    interrupted_ = false;
  }

  /// What has been done so far is how the session begins.
  void forget_changes() noexcept {
    changed_ = false;
  }

  /// Whether a statement was prepared since that leaves something in the
  /// session: a pragma that sets something, an attached database, temporary
  /// tables, views or triggers.
  bool changed() const noexcept {
    return changed_;
  }

private:
  // Whether the statement that runs must end. Takes an interrupt as done.
  bool is_over() noexcept;

  // The hooks.
  static int on_prepare(void* self, int action, const char* first,
                        const char* second, const char* database,
                        const char* trigger);
  static int on_start(unsigned what, void* self, void* statement, void* text);
  static int on_progress(void* self);
  static int on_lock(void* self, int waits);

  milliseconds lock_timeout_;
  milliseconds statement_timeout_;
  std::atomic<bool> interrupted_{false};
  bool changed_ = false;
  deadline statement_until_{};
  deadline lock_until_{};
};

} // namespace foreman::sql
