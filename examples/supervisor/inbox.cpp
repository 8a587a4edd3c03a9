#include "inbox.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace supervisor {

inbox::inbox() : event_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (event_.number() < 0)
    throw std::system_error{errno, std::generic_category(),
                            "cannot make an eventfd"};
}

void inbox::post(event what) {
  const std::lock_guard guard{mutex_};
  events_.push_back(std::move(what));
  // Under the lock, so that nobody takes the event and then is told of it. One
  // write for all that wait.
  if (events_.size() == 1)
    eventfd_write(event_.number(), 1);
}

std::vector<event> inbox::take() {
  const std::lock_guard guard{mutex_};
  eventfd_t ignored = 0;
  eventfd_read(event_.number(), &ignored);
  return std::exchange(events_, {});
}

} // namespace supervisor
