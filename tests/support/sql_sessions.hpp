#pragma once

#include "support/catch.hpp"

#include <foreman/sql/database.hpp>

#include <soci/soci.h>

#include <chrono>
#include <memory>
#include <string>

namespace foreman::test {

/// How long calls on connections may take where that does not matter.
inline constexpr std::chrono::milliseconds plenty{10'000};

inline soci::session& session_of(connection& from) {
  return *static_cast<soci::session*>(from.resource(typeid(soci::session)));
}

inline std::unique_ptr<connection> connection_to(const std::string& database) {
  return sql::connections_to(database).value()();
}

/// An open one.
inline std::unique_ptr<connection>
open_connection(const std::string& database) {
  auto result = connection_to(database);
  result->open(plenty).value();
  return result;
}

/// Opens one whose start closes its session, which must be refused by name.
/// Returns that error.
inline error check_that_start_must_not_close(connection& it) {
  const auto opened = it.open(plenty);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code() == errc::connection_misconfigured);
  CHECK(opened.error().message().ends_with(
    ": the start of a session has closed it"));
  CHECK(it.resource(typeid(soci::session)) == nullptr);
  return opened.error();
}

/// The first column of the first row.
template <class T>
T value_of(connection& from, const std::string& query) {
  T result{};
  session_of(from) << query, soci::into(result);
  return result;
}

} // namespace foreman::test
