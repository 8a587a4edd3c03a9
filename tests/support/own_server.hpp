#pragma once

#include "support/database_server.hpp"

#include <map>

namespace foreman::test {

/// A server of `kind` that a test case may maltreat: the same one in each run
/// of the case, as a start takes a second. It must be left awake and running.
inline database_server& own_server(database_kind kind) {
  static std::map<database_kind, database_server> servers;
  return servers.try_emplace(kind, kind).first->second;
}

} // namespace foreman::test
