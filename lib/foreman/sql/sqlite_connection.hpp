#pragma once

#include <foreman/connection.hpp>
#include <foreman/export.hpp>
#include <foreman/sql/client_side.hpp>
#include <foreman/sql/session_start.hpp>
#include <foreman/sql/statement_guard.hpp>

#include <soci/soci.h>

#include <chrono>
#include <memory>
#include <string>

namespace foreman::sql {

/// A SQLite database as a worker uses it.
struct FOREMAN_EXPORT sqlite_options {
  /// Made when it is missing; its folder must exist. An absolute path, as it
  /// is opened again and again.
  std::string file;
  /// How long a job's statement waits while another connection has the file
  /// locked, before it fails with "database is locked". Default 5 s; SQLite has
  /// one writer at a time, so take longer than your longest transaction.
  std::chrono::milliseconds lock_timeout{5'000};
  /// How long a job's statement may take, before it fails with "interrupted";
  /// or, while it waits for a lock, with "database is locked". 0, the default,
  /// for as long as it takes.
  std::chrono::milliseconds statement_timeout{0};
  /// How every session begins; called after each open. Without one it begins
  /// with foreign keys enforced.
  session_start start = {};
};

/// A session of a SQLite file. Jobs ask for it as `soci::session`; foreign keys
/// are enforced in it. A job destroys its statements before it returns.
///
/// What only closing takes away (pragmas that were set, attached databases,
/// temporary tables) is noticed when a statement for it is prepared, so that a
/// reset costs nothing after a job without one, and closes the connection after
/// one with. So does a transformation of queries that the start of the session
/// has set, after each job: it cannot be put back. What a job does through
/// SQLite's C interface, such as a function of its own, is not noticed; it
/// stays until the connection is next opened.
///
/// `interrupt` ends the statement that runs, or, if none does, the next one of
/// that job that takes its time.
class FOREMAN_EXPORT sqlite_connection final : public connection {
public:
  explicit sqlite_connection(sqlite_options options);

  ~sqlite_connection() override;

  /// Opens and reads the file, so that one that is no database is found out
  /// here. One that is locked is a database in use: the job's own statements
  /// wait for it. A file system that hangs, such as one on a lost network,
  /// hangs this as well.
  expected<void> open(milliseconds within) override;

  void close() noexcept override;

  /// There is no socket. True while the file that was opened is still the one
  /// of that name: what is written to a deleted file is lost without an error.
  bool quiet() override;

  expected<void> check(milliseconds within) override;

  bool in_transaction() override;

  expected<reset_result> reset(milliseconds within) override;

  bool can_interrupt() const noexcept override {
    return true;
  }

  bool interrupt(milliseconds within) noexcept override;

  void* resource(const std::type_info& type) noexcept override;

private:
  expected<void> start_session();

  sqlite_options options_;
  statement_guard guard_;
  client_side client_side_;
  // Null while closed. A new one for each open, so that nothing a job did to
  // it stays.
  std::unique_ptr<soci::session> session_;
};

} // namespace foreman::sql
