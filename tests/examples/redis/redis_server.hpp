#pragma once

#include "redis/redis_address.hpp"
#include "support/database_server.hpp"

#include <string>

namespace foreman::test {

/// How the example's connection gets to a server of the tests.
inline example::redis_address address_of(const database_address& server) {
  return {"127.0.0.1", server.port, server.user, server.password,
          std::stoi(server.name)};
}

/// Redis closes all connections, as CLIENT KILL does; returns how many.
inline int kill_clients(const database_address& server) {
  return std::stoi(server.ask("client kill type normal"));
}

} // namespace foreman::test
