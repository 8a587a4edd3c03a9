#pragma once

#include <foreman/export.hpp>
#include <foreman/sql/server_connection.hpp>
#include <foreman/sql/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreman::sql {

/// @cond

// See mariadb_calls.hpp.
using done = std::optional<bool>;
using row = std::vector<std::string>;

/// @endcond

/// Reads the KEY=VALUE pairs of a MariaDB string, see `connections_to`.
FOREMAN_EXPORT expected<settings> mariadb_settings(std::string_view text);

/// A session of a MariaDB or MySQL server. Jobs ask for it as `soci::session`,
/// and destroy their statements before they return.
///
/// A reset is `mysql_reset_connection`, which servers know since MySQL 5.7 and
/// MariaDB 10.2, and a look at the database, the role and the character set,
/// which that leaves alone: when a job has changed one of these, the connection
/// is closed; and it always is where the server has an `init_connect`, which it
/// runs after a login only. `interrupt` logs in once more, as the same user,
/// for a `KILL QUERY`; a server that takes no further login cannot be asked so.
class FOREMAN_EXPORT mariadb_connection final : public server_connection {
public:
  /// `options` as `mariadb_settings` returns them.
  explicit mariadb_connection(settings options, session_start start = {});

  ~mariadb_connection() override;

private:
  std::function<expected<session_ptr>()>
  opener(milliseconds within) const override;

  std::function<bool()> interrupter(milliseconds within) const override;

  expected<void> set_up(soci::session& session, deadline until) override;

  expected<void> note_opened(soci::session& session, deadline until) override;

  expected<void> take_back(soci::session& session, deadline until) override;

  expected<bool> is_as_opened(soci::session& session, deadline until) override;

  int socket_of(soci::session& session) override;

  // Not after an error: it comes without the state of the transaction, which a
  // procedure may have begun before it failed.
  bool is_known(soci::session& session) override;

  expected<void> ping(soci::session& session, deadline until) override;

  // Also true when a job has switched autocommit off: what the next one writes
  // would be lost unless it knew of that.
  bool has_transaction(soci::session& session) override;

  // What the library says of a call that was not done, or was late.
  error why(soci::session& session, const done& call,
            std::string_view what) const;

  settings options_;
  // In milliseconds; empty for none.
  std::string statement_timeout_;
  bool autocommit_at_open_ = true;
  // What the server runs after a login, which database and which role; asked
  // for in this way, as MySQL 5.7 knows no roles.
  std::string_view place_query_;
  row place_at_open_;
  std::string charset_at_open_;
  // Under which number the server knows it.
  unsigned long id_ = 0;
};

} // namespace foreman::sql
