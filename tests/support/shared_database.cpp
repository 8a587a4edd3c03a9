#include "support/shared_database.hpp"

#include "support/temporary_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace foreman::test {

namespace {

namespace fs = std::filesystem;

// Not yet in a database of its own.
database_address shared_server(database_kind kind) {
  const auto folder = shared_databases() / to_string(kind);
  return {kind, folder, std::stoi(content_of(folder.string() + ".port")), ""};
}

std::string make_database(const database_address& server) {
  if (server.kind == database_kind::redis)
    return server.ask("incr databases"); // 0 keeps the count of those given out
  static std::atomic<int> made{0};
  auto name = fmt::format("test_{}_{}", getpid(), ++made);
  server.ask(
    "create database " + name
    + (server.kind == database_kind::mariadb ? " character set utf8mb4" : ""));
  return name;
}

} // namespace

fs::path shared_databases() {
  const char* folder = std::getenv("FOREMAN_DATABASES");
  if (folder == nullptr)
    throw std::runtime_error{
      "this test needs servers: run it by ctest, which starts them"};
  return fs::canonical(folder);
}

shared_database::shared_database(database_kind kind)
  : address_{shared_server(kind)} {
  address_.name = make_database(address_);
}

shared_database::~shared_database() {
  try {
    auto server = address_;
    switch (address_.kind) {
      case database_kind::mariadb:
        server.ask("drop database " + address_.name);
        break;
      case database_kind::postgresql:
        server.name.clear();
        // Also one that a test has left a session in.
        server.ask("drop database " + address_.name + " with (force)");
        break;
      default:
        server.ask("flushdb");
    }
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what()); // it ends with its server
  }
}

} // namespace foreman::test
