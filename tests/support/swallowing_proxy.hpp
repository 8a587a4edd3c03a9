#pragma once

#include "support/loopback_socket.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace foreman::test {

/// Stands between clients and a server on loopback. It forwards, until it is
/// told to swallow: then it is a network that has gone dark. It takes all that
/// either side sends and answers nothing, and tells neither that the other has
/// closed; who connects gets a connection. It counts who comes.
class swallowing_proxy {
public:
  /// A client is let in when what the server sends ends with `welcome`.
  explicit swallowing_proxy(std::uint16_t server, std::string welcome = {})
    : server_{server}, welcome_{std::move(welcome)} {
    listener_.bind();
    listener_.listen();
    thread_ = std::thread{[this] { run(); }};
  }

  ~swallowing_proxy() {
    {
      const std::lock_guard guard{mutex_};
      ended_ = true;
    }
    wake();
    thread_.join();
    ::close(event_);
  }

  swallowing_proxy(const swallowing_proxy&) = delete;
  swallowing_proxy& operator=(const swallowing_proxy&) = delete;

  std::uint16_t port() const {
    return listener_.port();
  }

  /// Nothing passes once this has returned.
  void swallow() {
    const std::lock_guard guard{mutex_};
    swallows_ = true;
  }

  /// Lets through what comes from now on, and tells what was closed meanwhile.
  void forward() {
    {
      const std::lock_guard guard{mutex_};
      swallows_ = false;
    }
    wake();
  }

  /// How many bytes were swallowed, in both directions.
  std::size_t swallowed() const {
    const std::lock_guard guard{mutex_};
    return swallowed_;
  }

  /// How many clients have connected so far, also in vain.
  std::size_t connections() const {
    const std::lock_guard guard{mutex_};
    return connections_;
  }

  /// How many have been there at the same time that were not let in yet.
  std::size_t most_in_login() const {
    const std::lock_guard guard{mutex_};
    return most_in_login_;
  }

private:
  struct side {
    loopback_socket socket;
    bool closed = false; // by its peer

    // What `poll` waits for; a socket that was closed would be ready for ever.
    pollfd awaited() const {
      return {closed ? -1 : socket.number(), POLLIN, 0};
    }
  };

  struct route {
    side client;
    side server;
    bool in_login = true;
  };

  void run() {
    for (;;) {
      std::vector<pollfd> sockets{{event_, POLLIN, 0},
                                  {listener_.number(), POLLIN, 0}};
      for (const auto& x : routes_) {
        sockets.push_back(x.client.awaited());
        sockets.push_back(x.server.awaited());
      }
      poll(sockets.data(), sockets.size(), -1);
      const std::lock_guard guard{mutex_};
      if (ended_)
        return;
      std::uint64_t count = 0;
      if (sockets[0].revents != 0)
        (void) !read(event_, &count, sizeof(count));
      auto at = sockets.begin() + 2;
      for (auto& x : routes_) {
        if ((at++)->revents != 0)
          move(x.client, x.server);
        if ((at++)->revents != 0
            && move(x.server, x.client).ends_with(welcome_))
          x.in_login = false;
      }
      if (!swallows_)
        routes_.remove_if(
          [](const route& x) { return x.client.closed || x.server.closed; });
      if (sockets[1].revents != 0)
        accept();
    }
  }

  void accept() {
    route fresh{{listener_.accept()}, {}};
    ++connections_;
    try {
      fresh.server.socket.connect(server_);
      routes_.push_back(std::move(fresh));
      most_in_login_ = std::max(most_in_login_,
                                static_cast<std::size_t>(std::count_if(
                                  routes_.begin(), routes_.end(),
                                  [](const route& x) { return x.in_login; })));
    } catch (const std::system_error&) {
      // No server: the client is told so, as it would be without us.
    }
  }

  // Returns what was sent on.
  std::string move(side& from, side& to) {
    std::string bytes(65'536, '\0');
    const auto size
      = recv(from.socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    if (bytes.empty())
      from.closed = true;
    else if (swallows_)
      swallowed_ += std::exchange(bytes, {}).size();
    else if (send(to.socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL)
             != size)
      to.closed = true;
    return bytes;
  }

  void wake() const {
    const std::uint64_t one = 1;
    (void) !write(event_, &one, sizeof(one));
  }

  const std::uint16_t server_;
  const std::string welcome_;
  loopback_socket listener_;
  const int event_ = eventfd(0, EFD_CLOEXEC);
  std::list<route> routes_; // the thread's
  mutable std::mutex mutex_;
  bool swallows_ = false;
  bool ended_ = false;
  std::size_t swallowed_ = 0;
  std::size_t connections_ = 0;
  std::size_t most_in_login_ = 0;
  std::thread thread_;
};

} // namespace foreman::test
