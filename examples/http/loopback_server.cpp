#include "http/loopback_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <charconv>
#include <cstdint>

namespace example {

namespace {

constexpr auto address = "127.0.0.1";

// Not httplib's default, SO_REUSEPORT: two hosts could have one port then, and
// each would get some of the requests.
void reuse_address(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

} // namespace

loopback_server::loopback_server() {
  server_.set_socket_options(reuse_address);
  server_.set_payload_max_length(std::size_t{64} * 1024);
  server_.set_keep_alive_timeout(
    1); // the longest that `stop` waits for nothing
}

loopback_server::~loopback_server() {
  stop();
}

foreman::expected<int> loopback_server::start(std::string_view port) {
  std::uint16_t number = 0;
  const auto [end, bad] = std::from_chars(port.begin(), port.end(), number);
  if (bad != std::errc{} || end != port.end())
    return foreman::error{
      foreman::errc::invalid_option,
      fmt::format("port {} is not a number from 0 to 65535", port)};
  const int had = number == 0               ? server_.bind_to_any_port(address)
    : server_.bind_to_port(address, number) ? number
                                            : -1;
  if (had < 0)
    return foreman::error{
      foreman::errc::unavailable,
      fmt::format("port {} of {} cannot be had: another program listens there, "
                  "or it is one below 1024, which are for root; end that "
                  "program, or choose another port, or 0 for any that is free",
                  port, address)};
  listener_ = std::thread{[this] { server_.listen_after_bind(); }};
  // A stop before that would be lost.
  while (!server_.is_running())
    std::this_thread::yield();
  return had;
}

void loopback_server::stop() {
  if (!listener_.joinable())
    return;
  server_.stop();
  listener_.join();
}

} // namespace example
