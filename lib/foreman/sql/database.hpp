#pragma once

#include <foreman/connection.hpp>
#include <foreman/export.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Connections to SQL databases through SOCI.
namespace foreman::sql {

/// Reads a database string and returns what makes connections to that database,
/// for `system_options::connections`. A job then works with a session that was
/// checked just before: `job.connection<soci::session>("main")`.
///
/// Allowed are:
///
/// - `sqlite:FILE`. FILE is made when it is missing, and a relative one counts
///   from where the process is now.
/// - `mariadb:KEY=VALUE ...` (or `mysql:`), for MariaDB and MySQL. Keys are
///   `host` (`localhost` means the socket), `port`, `unix_socket`, `user`,
///   `password` (or `pass`), `dbname` (or `db`), `charset` (default `utf8mb4`),
///   `connect_timeout`, `read_timeout`, `write_timeout` (1 to 86,400 seconds),
///   `local_infile` (0 or 1), `sslca`, `sslcert`, `sslkey` (files); each once.
/// - `postgresql:KEY=VALUE ...` with the keys of libpq, but one server only, or
///   the URI `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?KEY=VALUE`.
///
/// A value with blanks stands in single quotes, and a quote or a backslash in
/// it has a backslash before it: `password='it\'s secret'`. What is left out
/// has the default of libmariadb or libpq.
///
/// `check_options::open_deadline` bounds an open whatever is asked for here; a
/// shorter `connect_timeout` makes it give up earlier, in whole seconds per
/// address of the host (libpq takes 1 as 2). `read_timeout` and `write_timeout`
/// cut the job's own queries as well: a query that takes longer fails, and
/// goes on in the server. Checks need neither of them. `reconnect` is refused:
/// it would silently lose session variables and open transactions.
///
/// Anything else is `errc::invalid_option`, saying what is wrong and what is
/// allowed, but never a value, as that may be a password. Nothing is opened
/// here. When a connection is opened, what no other try mends, such as a wrong
/// password or an unknown database, is `errc::connection_misconfigured`, and
/// all else `errc::connection_unavailable`, too many connections included.
/// PostgreSQL is asked twice for that: a refused login is tried once more.
///
/// `password` is for programs that get the string from a command line or a
/// configuration that others can read, and the password from elsewhere; a
/// string that holds one as well, or names SQLite, is then `invalid_option`.
FOREMAN_EXPORT expected<connection_factory>
connections_to(std::string_view database,
               const std::optional<std::string>& password = {});

/// Whether a database string holds a password, so that it must not be shown.
/// One that `connections_to` refuses may hold it all the same.
FOREMAN_EXPORT bool holds_password(std::string_view database);

} // namespace foreman::sql
