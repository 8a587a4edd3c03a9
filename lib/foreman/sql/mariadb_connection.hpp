#pragma once

#include <foreman/export.hpp>
#include <foreman/sql/server_connection.hpp>
#include <foreman/sql/settings.hpp>

#include <string_view>

namespace foreman::sql {

/// Reads the KEY=VALUE pairs of a MariaDB string, see `connections_to`.
FOREMAN_EXPORT expected<settings> mariadb_settings(std::string_view text);

/// A session of a MariaDB or MySQL server. Jobs ask for it as `soci::session`,
/// and destroy their statements before they return. What later jobs find in it
/// is said at `server_connection`; `mysql_reset_connection` on the handle of
/// the backend takes 0.03 ms and all of that away.
class FOREMAN_EXPORT mariadb_connection final : public server_connection {
public:
  /// `options` as `mariadb_settings` returns them.
  explicit mariadb_connection(settings options);

  ~mariadb_connection() override;

private:
  std::function<expected<session_ptr>()>
  opener(milliseconds within) const override;

  void opened(soci::session& session) override;

  int socket_of(soci::session& session) override;

  // Not after an error: it comes without the state of the transaction, which a
  // procedure may have begun before it failed.
  bool is_known(soci::session& session) override;

  expected<void> ping(soci::session& session, deadline until) override;

  // Also true when a job has switched autocommit off: what the next one writes
  // would be lost unless it knew of that.
  bool has_transaction(soci::session& session) override;

  settings options_;
  bool autocommit_at_open_ = true;
};

} // namespace foreman::sql
