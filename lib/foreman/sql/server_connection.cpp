#include <foreman/sql/server_connection.hpp>
#include <foreman/sql/watchdog.hpp>

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

namespace foreman::sql {

server_connection::server_connection(std::string name, session_start start)
  : name_{std::move(name)}, start_{std::move(start)} {}

expected<void> server_connection::open(milliseconds within) {
  close();
  if (!opens_.is_free())
    return unavailable("an open that was late is not over yet");
  const auto until = deadline_after(within);
  auto session = opens_.call(opener(within), until);
  if (!session)
    return unavailable(fmt::format("no answer within {} ms", within.count()));
  if (!*session)
    return session->error();
  session_ = **std::move(session);
  broken_ = true; // until it is ready
  auto ready = make_ready(*session_, until);
  if (ready)
    broken_ = false;
  else
    close();
  return ready;
}

expected<void> server_connection::make_ready(soci::session& session,
                                             deadline until) {
  client_side_.begin(session);
  if (auto ok = set_up(session, until); !ok)
    return ok;
  if (auto ok = start(session, until); !ok)
    return ok;
  if (auto ok = note_opened(session, until); !ok)
    return ok;
  client_side_.remember(session);
  return {};
}

// The host's own: it knows no deadline.
expected<void> server_connection::start(soci::session& session,
                                        deadline until) {
  if (!start_)
    return {};
  std::optional<watchdog> cuts{std::in_place, socket_of(session), until};
  try {
    start_(session);
  } catch (const std::exception& e) {
    if (std::chrono::steady_clock::now() < until)
      throw;
    return unavailable(fmt::format("the session could not be started in time: "
                                   "{}",
                                   e.what()));
  }
  cuts.reset();
  if (std::chrono::steady_clock::now() >= until)
    return unavailable("the session could not be started in time");
  if (usable_session() == nullptr)
    return error{errc::connection_misconfigured,
                 name_ + ": the start of a session has closed it"};
  if (has_transaction(session))
    return error{errc::connection_misconfigured,
                 name_
                   + ": the start of a session has left a transaction "
                     "open"};
  return {};
}

expected<reset_result> server_connection::reset(milliseconds within) {
  auto* session = usable_session();
  if (session == nullptr)
    return reset_result::must_close; // a job has closed it
  if (broken_)
    return unavailable("the session is lost");
  broken_ = true; // the client library is in the middle of it
  client_side_.restore(*session);
  auto result = reset_by(*session, deadline_after(within));
  broken_ = !result;
  return result;
}

expected<reset_result> server_connection::reset_by(soci::session& session,
                                                   deadline until) {
  if (auto ok = take_back(session, until); !ok)
    return std::move(ok).error();
  if (auto ok = set_up(session, until); !ok)
    return std::move(ok).error();
  if (auto ok = start(session, until); !ok)
    return std::move(ok).error();
  auto same = is_as_opened(session, until);
  if (!same)
    return std::move(same).error();
  return *same ? reset_result::answered : reset_result::must_close;
}

bool server_connection::interrupt(milliseconds within) noexcept {
  try {
    return interrupts_.call(interrupter(within), deadline_after(within))
      .value_or(false);
  } catch (...) {
    return false; // no memory, no thread, or SOCI says that it failed
  }
}

void server_connection::close() noexcept {
  if (auto* session = usable_session()) {
    const auto socket = socket_of(*session);
    // Client libraries say good-bye, and would wait for a peer that reads
    // nothing any more.
    if (socket >= 0 && (broken_ || !takes_bytes(socket)))
      cut(socket);
  }
  session_.reset();
  broken_ = false;
}

bool server_connection::quiet() {
  auto* session = usable_session();
  return session != nullptr && !broken_ && is_known(*session)
    && is_silent(socket_of(*session));
}

expected<void> server_connection::check(milliseconds within) {
  auto* session = usable_session();
  if (session == nullptr)
    return unavailable("the session is closed");
  if (broken_)
    return unavailable("the session is lost");
  auto alive = ping(*session, deadline_after(within));
  broken_ = !alive;
  return alive;
}

bool server_connection::in_transaction() {
  auto* session = usable_session();
  return session != nullptr && !broken_ && has_transaction(*session);
}

void* server_connection::resource(const std::type_info& type) noexcept {
  return type == typeid(soci::session) ? session_.get() : nullptr;
}

soci::session* server_connection::usable_session() noexcept {
  return session_ && session_->get_backend() != nullptr ? session_.get()
                                                        : nullptr;
}

error server_connection::unavailable(std::string_view why) const {
  return {errc::connection_unavailable, fmt::format("{}: {}", name_, why)};
}

std::chrono::seconds connect_timeout(connection::milliseconds within,
                                     const std::string* asked) {
  const auto longest = std::chrono::ceil<std::chrono::seconds>(within);
  const std::chrono::seconds wanted{asked == nullptr ? 0 : std::stoi(*asked)};
  return wanted.count() > 0 && wanted < longest ? wanted : longest;
}

} // namespace foreman::sql
