#pragma once

#include <foreman/export.hpp>
#include <foreman/sql/server_connection.hpp>
#include <foreman/sql/settings.hpp>

#include <string_view>

namespace foreman::sql {

/// Reads the KEY=VALUE pairs or the URI of a PostgreSQL string, see
/// `connections_to`.
FOREMAN_EXPORT expected<settings> postgresql_settings(std::string_view text);

/// A session of a PostgreSQL server. Jobs ask for it as `soci::session`, and
/// destroy their statements before they return. What later jobs find in it is
/// said at `server_connection`; `SET LOCAL`, `pg_advisory_xact_lock` and
/// `ON COMMIT DROP` end with their transaction, and `DISCARD ALL` takes 0.06 ms
/// and all of it away.
class FOREMAN_EXPORT postgresql_connection final : public server_connection {
public:
  /// `options` as `postgresql_settings` returns them.
  explicit postgresql_connection(settings options);

  ~postgresql_connection() override;

private:
  std::function<expected<session_ptr>()>
  opener(milliseconds within) const override;

  int socket_of(soci::session& session) override;

  bool is_known(soci::session& session) override;

  expected<void> ping(soci::session& session, deadline until) override;

  // Also true for a transaction that has failed, and for a COPY that was not
  // ended.
  bool has_transaction(soci::session& session) override;

  settings options_;
};

} // namespace foreman::sql
