#pragma once

#include <foreman/export.hpp>
#include <foreman/sql/server_connection.hpp>
#include <foreman/sql/settings.hpp>

#include <memory>
#include <string_view>

namespace foreman::sql {

/// Reads the KEY=VALUE pairs or the URI of a PostgreSQL string, see
/// `connections_to`.
FOREMAN_EXPORT expected<settings> postgresql_settings(std::string_view from);

/// A session of a PostgreSQL server. Jobs ask for it as `soci::session`, and
/// destroy their statements before they return. A reset is `DISCARD ALL`, which
/// goes back to what the string, the user and the database have set at the
/// login. `interrupt` is `PQcancel`, which no login limits; before libpq 17 its
/// request goes unencrypted, also where the session uses TLS: it holds no more
/// than a number and a secret for this session.
class FOREMAN_EXPORT postgresql_connection final : public server_connection {
public:
  /// `options` as `postgresql_settings` returns them.
  explicit postgresql_connection(settings options, session_start start = {});

  ~postgresql_connection() override;

private:
  std::function<expected<session_ptr>()>
  opener(milliseconds within) const override;

  std::function<bool()> interrupter(milliseconds within) const override;

  expected<void> note_opened(soci::session& session, deadline until) override;

  expected<void> take_back(soci::session& session, deadline until) override;

  int socket_of(soci::session& session) override;

  bool is_known(soci::session& session) override;

  expected<void> ping(soci::session& session, deadline until) override;

  // Also true for a transaction that has failed, and for a COPY that was not
  // ended.
  bool has_transaction(soci::session& session) override;

  // Sends a query and reads its answer, without blocking.
  expected<void> ask(soci::session& session, const char* query,
                     std::string_view what, deadline until) const;

  settings options_;
  // What ends a statement of this session: a PGcancel.
  std::shared_ptr<void> cancel_;
};

} // namespace foreman::sql
