#pragma once

#include "support/database_address.hpp"

#include <filesystem>

namespace foreman::test {

/// The folder of the servers that all tests share, which CTest has started.
/// Throws if it has not.
std::filesystem::path shared_databases();

/// A database of its own for a test, empty, in one of the shared servers; it is
/// gone with this object.
class shared_database {
public:
  explicit shared_database(database_kind kind);
  ~shared_database();
  shared_database(const shared_database&) = delete;
  shared_database& operator=(const shared_database&) = delete;

  const database_address& address() const noexcept {
    return address_;
  }

private:
  database_address address_;
};

} // namespace foreman::test
