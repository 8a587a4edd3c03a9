#include <foreman/sql/socket.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace foreman::sql {

using namespace std::chrono;

deadline deadline_after(connection::milliseconds within) {
  return steady_clock::now() + within;
}

bool is_silent(int socket) noexcept {
  char c = 0;
  return recv(socket, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0
    && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool takes_bytes(int socket) noexcept {
  pollfd what{socket, POLLOUT, 0};
  return poll(&what, 1, 0) == 1 && (what.revents & POLLOUT) != 0;
}

short wait_for(int socket, short events, deadline until) noexcept {
  pollfd what{socket, events, 0};
  for (;;) {
    // Rounded up, or the last part of a millisecond would be spent spinning.
    const auto left = ceil<milliseconds>(until - steady_clock::now()).count();
    const auto ready
      = poll(&what, 1, static_cast<int>(std::clamp<long>(left, 0, INT_MAX)));
    if (ready > 0)
      break;
    if (left <= 0 || (ready < 0 && errno != EINTR))
      return 0;
  }
  if ((what.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
    what.revents = POLLIN;
  return what.revents;
}

void cut(int socket) noexcept {
  shutdown(socket, SHUT_RDWR);
}

} // namespace foreman::sql
