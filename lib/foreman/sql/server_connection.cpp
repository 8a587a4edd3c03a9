#include <foreman/sql/server_connection.hpp>

#include <fmt/format.h>

#include <string_view>
#include <thread>
#include <utility>

namespace foreman::sql {

server_connection::server_connection(std::string name)
  : name_{std::move(name)} {}

expected<void> server_connection::open(milliseconds within) {
  close();
  if (!opening_.expired())
    return unavailable("an open that was late is not over yet");
  const auto task
    = std::make_shared<std::packaged_task<expected<session_ptr>()>>(
      opener(within));
  auto result = task->get_future();
  opening_ = task;
  // What comes late goes with the last owner of the task: on that thread.
  std::thread{[task] { (*task)(); }}.detach();
  if (result.wait_for(within) != std::future_status::ready)
    return unavailable(fmt::format("no answer within {} ms", within.count()));
  opening_.reset();
  auto session = result.get();
  if (!session)
    return session.error();
  session_ = *std::move(session);
  opened(*session_);
  return {};
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
