#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace foreman::test {

/// A TCP socket on loopback.
class loopback_socket {
public:
  loopback_socket()
    : loopback_socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {}

  loopback_socket(loopback_socket&& other) noexcept
    : number_{std::exchange(other.number_, -1)} {}

  loopback_socket& operator=(loopback_socket&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  ~loopback_socket() {
    if (number_ >= 0)
      ::close(number_);
  }

  int number() const noexcept {
    return number_;
  }

  std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    require(getsockname(number_, reinterpret_cast<sockaddr*>(&address), &size),
            "getsockname");
    return ntohs(address.sin_port);
  }

  /// Binds it to a port that the system chooses as free.
  void bind() {
    // Before a server of this port is restarted, its connections need not be
    // forgotten.
    const int reuse = 1;
    require(
      setsockopt(number_, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse)),
      "SO_REUSEADDR");
    const auto to = address_of(0);
    require(::bind(number_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)),
            "bind");
  }

  void listen() {
    require(::listen(number_, SOMAXCONN), "listen");
  }

  loopback_socket accept() const {
    return loopback_socket{::accept4(number_, nullptr, nullptr, SOCK_CLOEXEC)};
  }

  void connect(std::uint16_t port) {
    const auto to = address_of(port);
    require(
      ::connect(number_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)),
      "connect");
  }

private:
  explicit loopback_socket(int number) : number_{number} {
    require(number, "no socket");
  }

  static sockaddr_in address_of(std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    result.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return result;
  }

  static void require(int result, const char* what) {
    if (result < 0)
      throw std::system_error{errno, std::generic_category(), what};
  }

  int number_;
};

} // namespace foreman::test
