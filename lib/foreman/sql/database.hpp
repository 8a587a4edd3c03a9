#pragma once

#include <foreman/connection.hpp>
#include <foreman/export.hpp>
#include <foreman/sql/session_start.hpp>

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
/// - `sqlite:FILE`, or `sqlite:FILE?statement_timeout=N`. FILE is made when it
///   is missing, and a relative one counts from where the process is now.
/// - `mariadb:KEY=VALUE ...` (or `mysql:`), for MariaDB and MySQL. Keys are
///   `host` (`localhost` means the socket), `port`, `unix_socket`, `user`,
///   `password` (or `pass`), `dbname` (or `db`), `charset` (default `utf8mb4`),
///   `connect_timeout`, `read_timeout`, `write_timeout` (1 to 86,400 seconds),
///   `statement_timeout`, `local_infile` (0 or 1), `sslca`, `sslcert`, `sslkey`
///   (files); each once, and one host. There is no URI.
/// - `postgresql:KEY=VALUE ...` with the keys of libpq and `statement_timeout`,
///   but one server only, or the URI
///   `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?KEY=VALUE`.
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
/// `statement_timeout` is how long a job's statement may take, in milliseconds,
/// 1 to 86,400,000; without one, as long as the server allows. Then the server
/// ends it and it fails; the session stays. It is PostgreSQL's
/// `statement_timeout`, MariaDB's `max_statement_time`, MySQL's
/// `max_execution_time` (which bounds what only reads) and SQLite's progress
/// handler.
///
/// `start` says what every session begins with beyond that, such as a role, a
/// search path or prepared statements: it is called after each open and, as a
/// reset takes such things away, after each reset, within the deadline of
/// either; see `session_start`. SQLite needs it after an open only.
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
               const std::optional<std::string>& password = {},
               const session_start& start = {});

/// Whether a database string holds a password, so that it must not be shown.
/// One that `connections_to` refuses may hold it all the same.
FOREMAN_EXPORT bool holds_password(std::string_view database);

} // namespace foreman::sql
