#pragma once

#include "descriptor.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <stop_token>
#include <system_error>

namespace supervisor {

/// A descriptor that becomes readable when a stop is requested.
class stop_event {
public:
  /// Throws `std::system_error` if the system refuses a descriptor.
  explicit stop_event(const std::stop_token& token)
    : event_{make()}, callback_{token, set{event_.number()}} {}

  int number() const noexcept {
    return event_.number();
  }

private:
  struct set {
    int event;

    void operator()() const noexcept {
      (void) eventfd_write(event, 1);
    }
  };

  static descriptor make() {
    descriptor result{eventfd(0, EFD_CLOEXEC)};
    if (result.number() < 0)
      throw std::system_error{errno, std::generic_category(),
                              "cannot make an eventfd"};
    return result;
  }

  descriptor event_;
  std::stop_callback<set> callback_;
};

} // namespace supervisor
