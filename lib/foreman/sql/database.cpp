#include <foreman/sql/database.hpp>
#include <foreman/sql/mariadb_connection.hpp>
#include <foreman/sql/postgresql_connection.hpp>
#include <foreman/sql/sqlite_connection.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace foreman::sql {

namespace {

expected<connection_factory> sqlite_connections(std::string_view file,
                                                const session_start& start) {
  const auto refuse = [](std::string_view why) {
    return error{errc::invalid_option,
                 fmt::format("{}; allowed is sqlite:FILE, or "
                             "sqlite:FILE?statement_timeout=N",
                             why)};
  };
  sqlite_options options;
  options.start = start;
  // Nothing else behind a question mark: that may be a part of the name.
  constexpr std::string_view key = "?statement_timeout=";
  if (const auto at = file.rfind(key); at != std::string_view::npos) {
    const std::string value{file.substr(at + key.size())};
    constexpr std::array<number_setting, 1> range{
      {{"statement_timeout", 1, longest_statement_timeout}}};
    if (auto ok = check_numbers({{"statement_timeout", value}}, range); !ok)
      return refuse(ok.error().message());
    options.statement_timeout = std::chrono::milliseconds{std::stoi(value)};
    file = file.substr(0, at);
  }
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
  options.file = path.string();
  return connection_factory{[options = std::move(options)] {
    return std::make_unique<sqlite_connection>(options);
  }};
}

expected<settings> no_settings(std::string_view) {
  return settings{};
}

expected<settings> uri_or_settings(std::string_view rest) {
  // libpq reads a URI with its scheme.
  return rest.starts_with("//")
    ? postgresql_settings("postgresql:" + std::string{rest})
    : postgresql_settings(rest);
}

template <class Connection>
connection_factory server_connections(settings options, session_start start) {
  return [options = std::move(options), start = std::move(start)] {
    return std::make_unique<Connection>(options, start);
  };
}

// Those of a server have settings; SQLite has a file.
struct database_kind {
  std::string_view scheme;
  expected<settings> (*read)(std::string_view rest);
  connection_factory (*connections)(settings options, session_start start);
};

// Another database has its line here and a connection class of its own.
constexpr std::array<database_kind, 4> database_kinds{{
  {"sqlite", no_settings, nullptr},
  {"mariadb", mariadb_settings, server_connections<mariadb_connection>},
  {"mysql", mariadb_settings, server_connections<mariadb_connection>},
  {"postgresql", uri_or_settings, server_connections<postgresql_connection>},
}};

// Empty if there is none. What stands before a colon is shown only if it looks
// like a scheme: without one it may be a part of a password.
std::string_view scheme_of(std::string_view database) {
  const auto scheme = database.substr(0, database.find(':'));
  const bool looks_like_one
    = std::all_of(scheme.begin(), scheme.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
      });
  return scheme.size() < database.size() && looks_like_one ? scheme
                                                           : std::string_view{};
}

// The kind that `database` names, and what stands behind its scheme.
struct named_kind {
  const database_kind* kind = nullptr;
  std::string_view rest;
};

named_kind kind_of(std::string_view database) {
  const auto scheme = scheme_of(database);
  for (const auto& kind : database_kinds)
    if (kind.scheme == scheme)
      return {&kind, database.substr(scheme.size() + 1)};
  return {};
}

} // namespace

expected<connection_factory>
connections_to(std::string_view database,
               const std::optional<std::string>& password,
               const session_start& start) {
  const auto [kind, rest] = kind_of(database);
  if (kind == nullptr) {
    const auto scheme = scheme_of(database);
    return error{
      errc::invalid_option,
      fmt::format("the database string has {}; allowed are sqlite:FILE, "
                  "mariadb:KEY=VALUE ... and postgresql:KEY=VALUE ...",
                  scheme.empty() ? std::string{"no scheme"}
                                 : fmt::format("the scheme \"{}\"", scheme))};
  }
  if (kind->connections == nullptr) {
    if (password)
      return error{errc::invalid_option,
                   "SQLite has no passwords; allowed is none"};
    return sqlite_connections(rest, start);
  }
  auto options = kind->read(rest);
  if (!options)
    return options.error();
  if (password) {
    if (find(*options, "password") != nullptr)
      return error{errc::invalid_option,
                   "the database string holds a password, and another one is "
                   "given beside it; allowed is one"};
    if (password->find('\0') != std::string::npos)
      return error{errc::invalid_option,
                   "the password holds a zero byte, which no server takes"};
    assign(*options, "password", *password);
  }
  return kind->connections(*std::move(options), start);
}

bool holds_password(std::string_view database) {
  const auto [kind, rest] = kind_of(database);
  if (kind == nullptr)
    return false;
  const auto options = kind->read(rest);
  return options
    && (find(*options, "password") != nullptr
        || find(*options, "sslpassword") != nullptr);
}

} // namespace foreman::sql
