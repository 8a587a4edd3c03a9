#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace foreman::test {

enum class database_kind : std::uint8_t { mariadb, postgresql, redis };

std::string to_string(database_kind kind);

/// Where a database is and how to get in. A copy may be changed to try
/// something else: another port, a wrong password.
struct database_address {
  database_kind kind;
  /// Of the server; absolute.
  std::filesystem::path folder;
  int port;
  /// The database in the server; of Redis its number.
  std::string name;
  std::string user = "foreman";
  std::string password = "secret";

  /// The path of the server's unix socket.
  std::string socket() const;

  /// By TCP and with the password: a database string for foreman::sql, for
  /// Redis `redis://...`.
  std::string by_tcp() const;

  /// The same by the unix socket. MariaDB wants the password there as well,
  /// PostgreSQL does not look at it; not for Redis.
  std::string by_socket() const;

  /// What the server answers to `text` when its administrator asks by its own
  /// client program: rows of text. A Redis command is words between blanks.
  /// Throws what the client says if that fails.
  std::string ask(const std::string& text) const;
};

} // namespace foreman::test
