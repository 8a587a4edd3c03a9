#include "redis/redis_connection.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace example {

namespace {

using foreman::errc;
using foreman::error;
using foreman::expected;

redis_session::time_point from_now(foreman::connection::milliseconds within) {
  return std::chrono::steady_clock::now() + within;
}

} // namespace

redis_connection::redis_connection(redis_address address)
  : address_{std::move(address)} {}

expected<void> redis_connection::open(milliseconds within) {
  auto opened = redis_session::open(address_, from_now(within));
  if (!opened)
    return error{opened.error().code(),
                 fmt::format("Redis at {}:{} cannot be used: {}", address_.host,
                             address_.port, opened.error().message())};
  session_ = *std::move(opened);
  return {};
}

void redis_connection::close() noexcept {
  session_.reset();
}

bool redis_connection::quiet() {
  return session_ && session_->quiet();
}

expected<void> redis_connection::check(milliseconds within) {
  if (!session_)
    return error{errc::connection_unavailable, "the connection is closed"};
  auto reply = session_->ask({"ping"}, from_now(within));
  if (!reply)
    return reply.error();
  // In the midst of a subscription, say, it would be something else.
  if ((*reply)->type != REDIS_REPLY_STATUS
      || std::string_view{(*reply)->str} != "PONG")
    return error{errc::connection_unavailable,
                 "Redis answers a ping with something else"};
  return {};
}

bool redis_connection::in_transaction() {
  return session_ && session_->in_transaction();
}

expected<foreman::reset_result> redis_connection::reset(milliseconds) {
  return session_ && !session_->changed() ? foreman::reset_result::unasked
                                          : foreman::reset_result::must_close;
}

void* redis_connection::resource(const std::type_info& type) noexcept {
  return type == typeid(redis_session) ? session_.get() : nullptr;
}

} // namespace example
