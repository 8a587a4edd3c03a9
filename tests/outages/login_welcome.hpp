#pragma once

#include "support/database_address.hpp"

#include <string>

namespace foreman::test {

/// How that ends what a server sends when it has let a client in.
inline std::string welcome_of(const database_address& server) {
  using namespace std::string_literals;
  if (server.kind == database_kind::postgresql)
    return "Z\0\0\0\5I"s; // ready for a query
  // The OK packet tells which database was chosen.
  return "\1\5"s + static_cast<char>(server.name.size()) + server.name;
}

} // namespace foreman::test
