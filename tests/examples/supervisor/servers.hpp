#pragma once

#include "program.hpp"
#include "support/shared_database.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace foreman::test {

/// A server's address as it may stand in a command line: without a password.
inline std::string public_address(const database_address& of) {
  return fmt::format(
    "{}:host=127.0.0.1 port={} user={} {}={}", to_string(of.kind), of.port,
    of.user, of.kind == database_kind::mariadb ? "db" : "dbname", of.name);
}

} // namespace foreman::test
