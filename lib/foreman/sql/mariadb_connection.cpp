#include <foreman/sql/mariadb_calls.hpp>
#include <foreman/sql/mariadb_connection.hpp>

#include <fmt/format.h>
#include <mysqld_error.h>
#include <soci/mysql/soci-mysql.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace foreman::sql {

namespace {

// SOCI hides the backend's type information, so no dynamic_cast can be asked.
MYSQL* handle_of(soci::session& session) {
  return static_cast<soci::mysql_session_backend*>(session.get_backend())
    ->conn_;
}

std::string name_of(const settings& options) {
  const auto* host = find(options, "host");
  const auto* socket = find(options, "unix_socket");
  const auto* port = find(options, "port");
  const auto* database = find(options, "dbname");
  // As the client library decides.
  const bool by_tcp = host != nullptr && !host->empty() && *host != "localhost";
  return fmt::format("the MariaDB database {}at {}",
                     database == nullptr ? "" : *database + " ",
                     by_tcp ? fmt::format("{}:{}", *host, port ? *port : "3306")
                       : socket != nullptr ? *socket
                                           : "localhost");
}

bool no_other_try_mends(unsigned code) {
  switch (code) {
    case ER_DBACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
    case ER_BAD_DB_ERROR:
    case ER_HOST_NOT_PRIVILEGED:
    case ER_NOT_SUPPORTED_AUTH_MODE:
    case ER_MUST_CHANGE_PASSWORD_LOGIN:
    case ER_ACCOUNT_HAS_BEEN_LOCKED:
    case CR_CANT_READ_CHARSET:
    case CR_AUTH_PLUGIN_CANNOT_LOAD:
      return true;
    default:
      return false;
  }
}

// What a setting of the same name asks for, which is not for the library.
std::string take(settings& from, std::string_view key) {
  const auto* found = find(from, key);
  std::string result = found == nullptr ? "" : *found;
  std::erase_if(from, [key](const setting& x) { return x.key == key; });
  return result;
}

} // namespace

mariadb_connection::mariadb_connection(settings options, session_start start)
  : server_connection{name_of(options), std::move(start)},
    options_{std::move(options)},
    statement_timeout_{take(options_, "statement_timeout")} {}

mariadb_connection::~mariadb_connection() {
  close();
}

std::function<expected<server_connection::session_ptr>()>
mariadb_connection::opener(milliseconds within) const {
  auto with = options_;
  const auto seconds = connect_timeout(within, find(with, "connect_timeout"));
  assign(with, "connect_timeout", std::to_string(seconds.count()));
  return [text = to_text(with), name = name()]() -> expected<session_ptr> {
    try {
      return std::make_unique<soci::session>(soci::mysql, text);
    } catch (const soci::mysql_soci_error& e) {
      return error{
        no_other_try_mends(e.err_num_) ? errc::connection_misconfigured
                                       : errc::connection_unavailable,
        fmt::format("{}: {} ({})", name, e.get_error_message(), e.err_num_)};
    }
  };
}

std::function<bool()>
mariadb_connection::interrupter(milliseconds within) const {
  return [open = opener(within), id = id_] {
    const auto session = open();
    if (!session)
      return false;
    **session << fmt::format("kill query {}", id);
    return true;
  };
}

error mariadb_connection::why(soci::session& session, const done& call,
                              std::string_view what) const {
  auto* handle = handle_of(session);
  return unavailable(
    call ? fmt::format("{} ({})", mysql_error(handle), mysql_errno(handle))
         : fmt::format("no answer to {} in time", what));
}

expected<void> mariadb_connection::set_up(soci::session& session,
                                          deadline until) {
  if (statement_timeout_.empty())
    return {};
  auto* handle = handle_of(session);
  // MySQL counts milliseconds, and bounds what only reads.
  const auto query = ::mariadb_connection(handle) != 0
    ? fmt::format("set max_statement_time = {}e-3", statement_timeout_)
    : fmt::format("set max_execution_time = {}", statement_timeout_);
  const auto did = do_query(handle, query, until);
  if (!did || !*did)
    return why(session, did, "the statement timeout");
  return {};
}

expected<void> mariadb_connection::note_opened(soci::session& session,
                                               deadline until) {
  auto* handle = handle_of(session);
  autocommit_at_open_ = (handle->server_status & SERVER_STATUS_AUTOCOMMIT) != 0;
  charset_at_open_ = mysql_character_set_name(handle);
  id_ = mysql_thread_id(handle);
  done did;
  for (const auto* query : {"select @@init_connect, database(), current_role()",
                            "select @@init_connect, database()"}) {
    place_query_ = query;
    did = read_row(handle, place_query_, place_at_open_, until);
    if (!did)
      break;
    if (*did)
      return {};
  }
  return why(session, did, "a question");
}

expected<void> mariadb_connection::take_back(soci::session& session,
                                             deadline until) {
  const auto did = reset_session(handle_of(session), until);
  if (!did || !*did)
    return why(session, did, "a reset");
  return {};
}

expected<bool> mariadb_connection::is_as_opened(soci::session& session,
                                                deadline until) {
  auto* handle = handle_of(session);
  row place;
  const auto did = read_row(handle, place_query_, place, until);
  if (!did || !*did)
    return why(session, did, "a question");
  // A reset does not run what the server runs after a login.
  const bool needs_login = !place.empty() && !place.front().empty();
  return !needs_login && place == place_at_open_
    && charset_at_open_ == mysql_character_set_name(handle);
}

int mariadb_connection::socket_of(soci::session& session) {
  return mysql_get_socket(handle_of(session));
}

bool mariadb_connection::is_known(soci::session& session) {
  return mysql_errno(handle_of(session)) == 0;
}

expected<void> mariadb_connection::ping(soci::session& session,
                                        deadline until) {
  const bool known_transaction = has_transaction(session);
  // No mysql_ping: that drops what the server says of the transaction.
  const auto did = do_query(handle_of(session), "do 0", until);
  if (!did || !*did)
    return why(session, did, "a ping");
  if (!known_transaction && has_transaction(session))
    return unavailable("a statement that failed has left a transaction open");
  return {};
}

bool mariadb_connection::has_transaction(soci::session& session) {
  const auto status = handle_of(session)->server_status;
  return (status & SERVER_STATUS_IN_TRANS) != 0
    || (autocommit_at_open_ && (status & SERVER_STATUS_AUTOCOMMIT) == 0);
}

} // namespace foreman::sql
