#include "world_connection.hpp"

#include <utility>

namespace foreman::test {

expected<void> world_connection::open(milliseconds) {
  if (!server_up_)
    return error{errc::connection_unavailable, "the server is down"};
  checked_ = true;
  return {};
}

void world_connection::close() noexcept {
  checked_ = false;
}

bool world_connection::quiet() {
  return server_up_;
}

expected<void> world_connection::check(milliseconds) {
  if (!server_up_)
    return error{errc::connection_lost, "the server is down"};
  checked_ = true;
  return {};
}

bool world_connection::in_transaction() {
  return false;
}

void* world_connection::resource(const std::type_info& type) noexcept {
  return type == typeid(world_connection) ? this : nullptr;
}

bool world_connection::take_checked() {
  return std::exchange(checked_, false);
}

} // namespace foreman::test
