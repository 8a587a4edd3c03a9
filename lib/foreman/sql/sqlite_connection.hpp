#pragma once

#include <foreman/connection.hpp>
#include <foreman/export.hpp>

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
};

/// A session of a SQLite file. Jobs ask for it as `soci::session`; foreign keys
/// are enforced in it. A job destroys its statements before it returns.
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

  void* resource(const std::type_info& type) noexcept override;

private:
  expected<void> start_session();

  sqlite_options options_;
  // Null while closed. A new one for each open, so that nothing a job did to
  // it stays.
  std::unique_ptr<soci::session> session_;
};

} // namespace foreman::sql
