#include <foreman/sql/postgresql_connection.hpp>
#include <foreman/sql/postgresql_refusal.hpp>

#include <fmt/format.h>
#include <poll.h>
#include <soci/postgresql/soci-postgresql.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace foreman::sql {

namespace {

// SOCI hides the backend's type information, so no dynamic_cast can be asked.
PGconn* handle_of(soci::session& session) {
  return static_cast<soci::postgresql_session_backend*>(session.get_backend())
    ->conn_;
}

std::string name_of(const settings& options) {
  const auto* host = find(options, "host");
  if (host == nullptr)
    host = find(options, "hostaddr");
  const auto* port = find(options, "port");
  const auto* database = find(options, "dbname");
  return fmt::format("the PostgreSQL database {}at {}{}",
                     database == nullptr ? "" : *database + " ",
                     host == nullptr ? "libpq's default host" : *host,
                     port == nullptr ? "" : ":" + *port);
}

// Whether numbers are exact only with `extra_float_digits`, as SOCI sets it.
bool needs_extra_digits(PGconn* handle) {
  return PQserverVersion(handle) < 120'000;
}

// Several lines of libpq, one for each address, as one.
std::string in_one_line(std::string_view text) {
  constexpr std::string_view preface
    = "Cannot establish connection to the database.\n";
  if (text.starts_with(preface))
    text.remove_prefix(preface.size());
  while (text.ends_with('\n'))
    text.remove_suffix(1);
  std::string result;
  for (const char c : text)
    if (c == '\n')
      result += "; ";
    else if (c != '\t')
      result += c;
  return result;
}

// Sends what libpq holds back; returns whether it went out in time.
bool flush(PGconn* handle, deadline until) {
  for (;;) {
    const auto left = PQflush(handle);
    if (left <= 0)
      return left == 0;
    const auto came = wait_for(PQsocket(handle), POLLIN | POLLOUT, until);
    // What a server waits to get rid of must be read, or it reads nothing.
    if (came == 0 || ((came & POLLIN) != 0 && PQconsumeInput(handle) == 0))
      return false;
  }
}

// Reads until the answer to a query is complete.
bool read_answer(PGconn* handle, deadline until) {
  for (;;) {
    while (PQisBusy(handle) != 0)
      if (wait_for(PQsocket(handle), POLLIN, until) == 0
          || PQconsumeInput(handle) == 0)
        return false;
    auto* result = PQgetResult(handle);
    if (result == nullptr)
      return PQstatus(handle) == CONNECTION_OK;
    const auto status = PQresultStatus(result);
    PQclear(result);
    if (status != PGRES_EMPTY_QUERY && status != PGRES_COMMAND_OK)
      return false;
  }
}

} // namespace

postgresql_connection::postgresql_connection(settings options,
                                             session_start start)
  : server_connection{name_of(options), std::move(start)},
    options_{std::move(options)} {}

postgresql_connection::~postgresql_connection() {
  close();
}

std::function<expected<server_connection::session_ptr>()>
postgresql_connection::opener(milliseconds within) const {
  auto with = options_;
  const auto seconds = connect_timeout(within, find(with, "connect_timeout"));
  assign(with, "connect_timeout", std::to_string(seconds.count()));
  return [with = std::move(with), name = name(),
          until = deadline_after(within)]() -> expected<session_ptr> {
    try {
      auto session
        = std::make_unique<soci::session>(soci::postgresql, to_text(with));
      // SOCI sets it, a reset would take it away, and a session must be after
      // one as it was before. Since PostgreSQL 12 any number above 0, as the
      // default, is as exact.
      if (!needs_extra_digits(handle_of(*session)))
        *session << "reset extra_float_digits";
      return session;
    } catch (const soci::soci_error& e) {
      return error{
        why_refused(with, until),
        fmt::format("{}: {}", name, in_one_line(e.get_error_message()))};
    }
  };
}

int postgresql_connection::socket_of(soci::session& session) {
  return PQsocket(handle_of(session));
}

bool postgresql_connection::is_known(soci::session& session) {
  return PQstatus(handle_of(session)) == CONNECTION_OK;
}

std::function<bool()> postgresql_connection::interrupter(milliseconds) const {
  return [cancel = cancel_] {
    std::array<char, 256> why{};
    return cancel
      && PQcancel(static_cast<PGcancel*>(cancel.get()), why.data(),
                  static_cast<int>(why.size()))
      == 1;
  };
}

expected<void> postgresql_connection::note_opened(soci::session& session,
                                                  deadline) {
  cancel_ = {PQgetCancel(handle_of(session)),
             [](void* x) { PQfreeCancel(static_cast<PGcancel*>(x)); }};
  return {};
}

expected<void> postgresql_connection::take_back(soci::session& session,
                                                deadline until) {
  auto* handle = handle_of(session);
  auto result = ask(session, "discard all", "a reset", until);
  if (result && needs_extra_digits(handle))
    result = ask(session, "set extra_float_digits = 3", "a reset", until);
  // What a job has listened to and not read.
  while (auto* x = PQnotifies(handle))
    PQfreemem(x);
  return result;
}

expected<void> postgresql_connection::ping(soci::session& session,
                                           deadline until) {
  return ask(session, "", "a ping", until);
}

expected<void>
postgresql_connection::ask(soci::session& session, const char* query,
                           std::string_view what, deadline until) const {
  auto* handle = handle_of(session);
  // Else libpq would wait for a socket that takes nothing.
  const bool done = PQsetnonblocking(handle, 1) == 0
    && PQsendQuery(handle, query) == 1 && flush(handle, until)
    && read_answer(handle, until) && PQsetnonblocking(handle, 0) == 0;
  if (done)
    return {};
  const auto why = in_one_line(PQerrorMessage(handle));
  return unavailable(why.empty() ? fmt::format("no answer to {} in time", what)
                                 : why);
}

bool postgresql_connection::has_transaction(soci::session& session) {
  const auto status = PQtransactionStatus(handle_of(session));
  // Unknown is a lost session, and no job's doing.
  return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

} // namespace foreman::sql
