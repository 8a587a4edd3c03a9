#include <foreman/connection.hpp>

namespace foreman {

expected<reset_result> connection::reset(milliseconds) {
  return reset_result::unasked;
}

bool connection::can_interrupt() const noexcept {
  return false;
}

bool connection::interrupt(milliseconds) noexcept {
  return false;
}

} // namespace foreman
