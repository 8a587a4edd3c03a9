#pragma once

#include "support/loopback_socket.hpp"

#include <cstdint>

namespace foreman::test {

/// A TCP port on loopback that the system chose as free, and that stays free
/// for a server while this lives: the socket that is bound to it never listens,
/// so that a server that reuses addresses (all do) gets it, again and again,
/// while nobody's outgoing connection does.
class reserved_port {
public:
  reserved_port() {
    holder_.bind();
  }

  std::uint16_t number() const {
    return holder_.port();
  }

private:
  loopback_socket holder_;
};

} // namespace foreman::test
