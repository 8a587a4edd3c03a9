#include <foreman/sql/mariadb_connection.hpp>

#include <fmt/format.h>
#include <mysqld_error.h>
#include <poll.h>
#include <soci/mysql/soci-mysql.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
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

short events_of(int status) {
  return static_cast<short>((status & MYSQL_WAIT_READ ? POLLIN : 0)
                            | (status & MYSQL_WAIT_WRITE ? POLLOUT : 0)
                            | (status & MYSQL_WAIT_EXCEPT ? POLLPRI : 0));
}

int status_of(short events) {
  return (events & POLLIN ? MYSQL_WAIT_READ : 0)
    | (events & POLLOUT ? MYSQL_WAIT_WRITE : 0)
    | (events & POLLPRI ? MYSQL_WAIT_EXCEPT : 0);
}

// Both return whether the server did `query`, or nothing if it was late.
using done = std::optional<bool>;

done query_in_plain(MYSQL* handle, std::string_view query, deadline until) {
  int failed = 0;
  int status
    = mysql_real_query_start(&failed, handle, query.data(), query.size());
  while (status != 0) {
    // A read_timeout of the user's counts for queries; this has its own.
    const auto came
      = wait_for(mysql_get_socket(handle), events_of(status), until);
    if (came == 0)
      return {};
    status = mysql_real_query_cont(&failed, handle, status_of(came));
  }
  return failed == 0;
}

// Under TLS the calls that do not block do so all the same, so that at the
// deadline another thread cuts the connection.
done query_under_tls(MYSQL* handle, std::string_view query, deadline until) {
  bool did = false;
  {
    const std::jthread watchdog{
      [socket = mysql_get_socket(handle), until](const std::stop_token& over) {
        std::mutex mutex;
        std::unique_lock lock{mutex};
        std::condition_variable_any{}.wait_until(lock, over, until,
                                                 [] { return false; });
        if (!over.stop_requested())
          cut(socket);
      }};
    did = mysql_real_query(handle, query.data(), query.size()) == 0;
  }
  // After the deadline it is not known whether the connection was cut.
  return std::chrono::steady_clock::now() < until ? done{did} : done{};
}

} // namespace

mariadb_connection::mariadb_connection(settings options)
  : server_connection{name_of(options)}, options_{std::move(options)} {}

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

void mariadb_connection::opened(soci::session& session) {
  autocommit_at_open_
    = (handle_of(session)->server_status & SERVER_STATUS_AUTOCOMMIT) != 0;
}

int mariadb_connection::socket_of(soci::session& session) {
  return mysql_get_socket(handle_of(session));
}

bool mariadb_connection::is_known(soci::session& session) {
  return mysql_errno(handle_of(session)) == 0;
}

expected<void> mariadb_connection::ping(soci::session& session,
                                        deadline until) {
  const auto dead = [this](const std::string& why) {
    return error{errc::connection_unavailable,
                 fmt::format("{}: {}", name(), why)};
  };
  auto* handle = handle_of(session);
  const bool known_transaction = has_transaction(session);
  // Each time: a job that called reconnect() has another handle, on which the
  // calls below would crash.
  if (mysql_options(handle, MYSQL_OPT_NONBLOCK, nullptr) != 0)
    return dead("the session cannot be pinged");
  // No mysql_ping: that drops what the server says of the transaction.
  constexpr std::string_view query = "do 0";
  const bool tls = mysql_get_ssl_cipher(handle) != nullptr;
  const auto did = tls ? query_under_tls(handle, query, until)
                       : query_in_plain(handle, query, until);
  if (!did)
    return dead("no answer to a ping in time");
  if (!*did)
    return dead(
      fmt::format("{} ({})", mysql_error(handle), mysql_errno(handle)));
  if (!known_transaction && has_transaction(session))
    return dead("a statement that failed has left a transaction open");
  return {};
}

bool mariadb_connection::has_transaction(soci::session& session) {
  const auto status = handle_of(session)->server_status;
  return (status & SERVER_STATUS_IN_TRANS) != 0
    || (autocommit_at_open_ && (status & SERVER_STATUS_AUTOCOMMIT) == 0);
}

} // namespace foreman::sql
