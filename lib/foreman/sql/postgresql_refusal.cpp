#include <foreman/sql/postgresql_refusal.hpp>

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace foreman::sql {

namespace {

struct finish {
  void operator()(PGconn* handle) const {
    PQfinish(handle);
  }
};

// Returns whether the server has let us in, refused, or not answered in time.
PostgresPollingStatusType log_in(PGconn* handle, deadline until) {
  auto state = PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED
                                                  : PGRES_POLLING_WRITING;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    const short event = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (wait_for(PQsocket(handle), event, until) == 0)
      break;
    state = PQconnectPoll(handle);
  }
  return state;
}

// Classes of codes, or whole ones, of the manual's appendix A.
bool no_other_try_mends(std::string_view sqlstate) {
  constexpr std::array<std::string_view, 7> mended_by_people{
    "22", "28", "3D000", "42", "0L", "0P", "08P01"};
  return std::any_of(
    mended_by_people.begin(), mended_by_people.end(),
    [sqlstate](std::string_view x) { return sqlstate.starts_with(x); });
}

constexpr bool is_digit_or_capital(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

// The code of the last "SEVERITY:  28P01: text", whatever the language.
std::string_view sqlstate_in(std::string_view text) {
  constexpr std::string_view before = ":  ";
  constexpr std::size_t length = 5;
  for (auto at = text.rfind(before); at != std::string_view::npos && at > 0;
       at = text.rfind(before, at - 1)) {
    const auto code = text.substr(at + before.size(), length);
    const auto after = text.substr(at + before.size() + code.size());
    if (code.size() == length && after.starts_with(": ")
        && std::all_of(code.begin(), code.end(), is_digit_or_capital))
      return code;
  }
  return {};
}

} // namespace

errc why_refused(const settings& options, deadline until) {
  if (std::chrono::steady_clock::now() >= until)
    return errc::connection_unavailable;
  const std::unique_ptr<PGconn, finish> handle{
    PQconnectStart(to_text(options).c_str())};
  if (!handle)
    return errc::connection_unavailable;
  PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE);
  if (log_in(handle.get(), until) != PGRES_POLLING_FAILED)
    return errc::connection_unavailable;
  return PQconnectionNeedsPassword(handle.get()) != 0
      || no_other_try_mends(sqlstate_in(PQerrorMessage(handle.get())))
    ? errc::connection_misconfigured
    : errc::connection_unavailable;
}

} // namespace foreman::sql
