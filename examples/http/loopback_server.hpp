#pragma once

#include <foreman/expected.hpp>

#include <httplib.h>

#include <string_view>
#include <thread>

namespace example {

/// A server that only this machine can reach. Add routes, then `start` it.
class loopback_server {
public:
  loopback_server();

  /// Stops.
  ~loopback_server();

  loopback_server(const loopback_server&) = delete;
  loopback_server& operator=(const loopback_server&) = delete;

  httplib::Server& routes() noexcept {
    return server_;
  }

  /// Serves on threads of its own until `stop`. `port` is a number; 0 is any
  /// that is free. Returns its port, or why it does not serve: `port` is none,
  /// or cannot be had.
  foreman::expected<int> start(std::string_view port);

  /// Answers what is being asked, then listens no more. Can be repeated.
  void stop();

private:
  httplib::Server server_;
  std::thread listener_;
};

} // namespace example
