#pragma once

#include "support/loopback_socket.hpp"

#include <poll.h>
#include <sys/eventfd.h>
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
/// nobody go. When this ends, it forwards again until the client hangs up.
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
    const std::uint64_t one = 1;
    (void) !write(event_, &one, sizeof(one));
    thread_.join();
    ::close(event_);
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
    std::array<pollfd, 3> all{{{event_, POLLIN, 0},
                               {client.number(), POLLIN, 0},
                               {server_.number(), POLLIN, 0}}};
    std::string held; // of the client; the server waits for it
    while (poll(all.data(), all.size(), -1) > 0) {
      if (all[0].revents != 0) {
        all[0].fd = -1;
        last_.clear();
        silent_ = false;
        send_all(server_, std::exchange(held, {}));
      }
      if (all[1].revents != 0) {
        const auto bytes = receive(client);
        if (bytes.empty())
          return;
        held += bytes;
        if (!silent_)
          send_all(server_, std::exchange(held, {}));
      }
      if (all[2].revents != 0) {
        const auto bytes = receive(server_);
        if (bytes.empty())
          return;
        send_all(client, bytes);
        if (!last_.empty() && bytes.ends_with(last_))
          silent_ = true;
      }
    }
  }

  static std::string receive(const loopback_socket& from) {
    std::string result(65'536, '\0');
    const auto size = recv(from.number(), result.data(), result.size(), 0);
    result.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return result;
  }

  static void send_all(const loopback_socket& to, const std::string& bytes) {
    (void) !send(to.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  std::string last_;
  loopback_socket listener_;
  loopback_socket server_;
  const int event_ = eventfd(0, EFD_CLOEXEC);
  std::atomic<bool> silent_{false};
  std::thread thread_;
};

} // namespace foreman::test
