#include <foreman/expected.hpp>

namespace foreman {

void throw_error(const error& why) {
  throw exception{why};
}

const error& no_error() noexcept {
  static const error none;
  return none;
}

} // namespace foreman
