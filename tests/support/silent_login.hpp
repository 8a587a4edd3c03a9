#pragma once

#include "support/loopback_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

namespace foreman::test {

/// Stands between one client and a server on loopback, and falls silent as soon
/// as what the server sends ends with `last`: a server that lets nobody in and
/// nobody go. The client is let go when this ends.
class silent_login {
public:
  silent_login(std::uint16_t server, std::string last)
    : last_{std::move(last)} {
    listener_.bind();
    listener_.listen();
    server_.connect(server);
    thread_ = std::thread{[this] { run(); }};
  }

  ~silent_login() {
    ended_ = true;
    // Wakes the thread wherever it waits.
    for (const auto* x : {&listener_, &server_})
      shutdown(x->number(), SHUT_RDWR);
    thread_.join();
  }

  silent_login(const silent_login&) = delete;
  silent_login& operator=(const silent_login&) = delete;

  std::uint16_t port() const {
    return listener_.port();
  }

  bool is_silent() const {
    return silent_;
  }

private:
  void run() {
    const auto client = listener_.accept();
    std::array<pollfd, 2> both{
      {{client.number(), POLLIN, 0}, {server_.number(), POLLIN, 0}}};
    while (!ended_ && poll(both.data(), both.size(), -1) > 0) {
      if (both[0].revents != 0 && move(client, server_).empty())
        both[0].fd = -1; // closed; it would be ready for ever
      if (both[1].revents != 0 && move(server_, client).ends_with(last_))
        silent_ = true;
    }
  }

  // Returns what has arrived.
  std::string move(const loopback_socket& from, const loopback_socket& to) {
    std::string bytes(65'536, '\0');
    const auto size = recv(from.number(), bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    if (!silent_)
      (void) !send(to.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return bytes;
  }

  std::string last_;
  loopback_socket listener_;
  loopback_socket server_;
  std::atomic<bool> silent_{false};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

} // namespace foreman::test
