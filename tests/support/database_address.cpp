#include "support/database_address.hpp"

#include "support/database_script.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace foreman::test {

std::string to_string(database_kind kind) {
  switch (kind) {
    case database_kind::mariadb:
      return "mariadb";
    case database_kind::postgresql:
      return "postgresql";
    default:
      return "redis";
  }
}

std::string database_address::socket() const {
  return kind == database_kind::postgresql
    ? fmt::format("{}/.s.PGSQL.{}", folder.string(), port)
    : fmt::format("{}/{}.sock", folder.string(), to_string(kind));
}

std::string database_address::by_tcp() const {
  switch (kind) {
    case database_kind::mariadb:
      return fmt::format(
        "mariadb:host=127.0.0.1 port={} user={} password={} db={}", port, user,
        password, name);
    case database_kind::postgresql:
      return fmt::format(
        "postgresql:host=127.0.0.1 port={} user={} password={} dbname={}", port,
        user, password, name);
    default:
      return fmt::format("redis://{}:{}@127.0.0.1:{}/{}", user, password, port,
                         name);
  }
}

std::string database_address::by_socket() const {
  switch (kind) {
    case database_kind::mariadb:
      return fmt::format("mariadb:unix_socket={} user={} password={} db={}",
                         socket(), user, password, name);
    case database_kind::postgresql:
      return fmt::format("postgresql:host={} port={} user={} dbname={}",
                         folder.string(), port, user, name);
    default:
      throw std::logic_error{"an address of Redis names no socket"};
  }
}

std::string database_address::ask(const std::string& text) const {
  return run_database_script(
    kind, {"ask", folder.string(), std::to_string(port), name, text});
}

} // namespace foreman::test
