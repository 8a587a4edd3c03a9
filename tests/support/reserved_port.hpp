#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace foreman::test {

/// A TCP port on loopback that the system chose as free, and that stays free
/// for a server while this lives: the socket that is bound to it never listens,
/// so that a server that reuses addresses (all do) gets it, again and again,
/// while nobody's outgoing connection does.
class reserved_port {
public:
  reserved_port() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    const int reuse = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse))
          != 0
        || bind(socket_, generic, size) != 0
        || getsockname(socket_, generic, &size) != 0) {
      const auto failed = errno;
      ::close(socket_);
      throw std::system_error{failed, std::generic_category(),
                              "no port can be reserved"};
    }
    number_ = ntohs(address.sin_port);
  }

  ~reserved_port() {
    ::close(socket_);
  }

  reserved_port(const reserved_port&) = delete;
  reserved_port& operator=(const reserved_port&) = delete;

  std::uint16_t number() const noexcept {
    return number_;
  }

private:
  int socket_;
  std::uint16_t number_ = 0;
};

} // namespace foreman::test
