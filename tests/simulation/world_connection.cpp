#include "world_connection.hpp"

#include <fmt/format.h>

#include <utility>

namespace foreman::test {

void world_connection::check_open_allowed() const {
  const bool tripped = server_.known_failed_opens >= break_after_;
  if (server_.opening >= (tripped ? 1 : max_opens_))
    tell_.broken(fmt::format("G7: {} sees {} more opens at once", server_.name,
                             server_.opening));
  if (tripped && tell_.now() < server_.known_failed_at + min_break_)
    tell_.broken(fmt::format("G7: {} is opened again just after {} opens in a "
                             "row have failed",
                             server_.name, server_.known_failed_opens));
}

expected<void> world_connection::open(milliseconds) {
  check_open_allowed();
  const auto before = server_.losses;
  ++server_.opening;
  tell_.while_opening();
  --server_.opening;
  if (server_.how != world_server::mode::up) {
    if (before == server_.losses) // else that was news already
      ++server_.losses;
    ++server_.failed_opens;
    server_.failed_at = tell_.now();
    server_.in_trouble = true;
    server_.healed = false;
    server_.locked_out = server_.how == world_server::mode::locked;
    return error{server_.locked_out ? errc::connection_misconfigured
                                    : errc::connection_unavailable,
                 "the server is down"};
  }
  server_.failed_opens = server_.known_failed_opens = 0;
  server_.healed = true;
  open_ = true;
  incarnation_ = server_.incarnation;
  proved_ = looked_ = before;
  checked();
  return {};
}

void world_connection::close() noexcept {
  open_ = checked_ = body_began_ = after_body_ = false;
}

bool world_connection::alive() const {
  return open_ && incarnation_ == server_.incarnation
    && server_.how == world_server::mode::up;
}

bool world_connection::quiet() {
  looked_ = server_.losses;
  const bool looks_alive
    = alive() || (open_ && server_.how == world_server::mode::stopped);
  if (looks_alive)
    checked();
  return looks_alive;
}

expected<void> world_connection::check(milliseconds) {
  if (!alive()) {
    if (proved_ == server_.losses) // else it was distrusted before
      ++server_.losses;
    server_.in_trouble = true;
    server_.healed = false;
    return error{errc::connection_lost, "the server is down"};
  }
  proved_ = looked_ = server_.losses;
  checked();
  return {};
}

bool world_connection::in_transaction() {
  // Asked first in a check, and first after a body.
  after_body_ = std::exchange(body_began_, false);
  return false;
}

void* world_connection::resource(const std::type_info& type) noexcept {
  return type == typeid(world_connection) ? this : nullptr;
}

void world_connection::checked() {
  checked_ = checked_ || !after_body_;
}

bool world_connection::take_checked() {
  body_began_ = true;
  return std::exchange(checked_, false) && proved_ >= looked_;
}

} // namespace foreman::test
