#include <foreman/sql/database.hpp>
#include <foreman/sql/sqlite_connection.hpp>

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

namespace foreman::sql {

namespace {

expected<connection_factory> sqlite_connections(std::string_view file) {
  const auto refuse = [](std::string_view why) {
    return error{errc::invalid_option,
                 fmt::format("{}; allowed is sqlite:FILE", why)};
  };
  if (file.empty())
    return refuse("the database string names no file");
  if (file.starts_with(":memory:"))
    return refuse("a database in memory would be another one for each worker");
  // SOCI takes the name between double quotes and knows no escape.
  if (file.find_first_of(std::string_view{"\"\0", 2}) != std::string_view::npos)
    return refuse("the name of a SQLite file holds a double quote or a zero "
                  "byte");
  // Absolute: connections are opened again later, wherever the process is by
  // then, and SQLite reads no special meaning into the name.
  std::error_code failed;
  const auto path = std::filesystem::absolute(file, failed);
  if (failed)
    return refuse(fmt::format("{} cannot be made an absolute path ({})", file,
                              failed.message()));
  return connection_factory{[options = sqlite_options{path.string()}] {
    return std::make_unique<sqlite_connection>(options);
  }};
}

struct database_kind {
  std::string_view scheme;
  expected<connection_factory> (*connections)(std::string_view rest);
};

// Another database has its line here and a connection class of its own.
constexpr std::array<database_kind, 1> database_kinds{{
  {"sqlite", sqlite_connections},
}};

} // namespace

expected<connection_factory> connections_to(std::string_view database) {
  const auto colon = database.find(':');
  const auto scheme = database.substr(0, colon);
  if (colon != std::string_view::npos)
    for (const auto& kind : database_kinds)
      if (kind.scheme == scheme)
        return kind.connections(database.substr(colon + 1));
  // Only the scheme is shown: the rest of such a string may be a password.
  return error{errc::invalid_option,
               colon == std::string_view::npos
                 ? std::string{"the database string has no scheme; allowed is "
                               "sqlite:FILE"}
                 : fmt::format("the database string has the scheme \"{}\"; "
                               "allowed is sqlite:FILE",
                               scheme)};
}

} // namespace foreman::sql
