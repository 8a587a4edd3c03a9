#pragma once

#include "dialect.hpp"
#include "write_turn.hpp"

#include <foreman/connection.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace supervisor {

/// A database that jobs can work on.
struct database {
  database(std::string name, const dialect& sql,
           foreman::connection_factory connections)
    : name{std::move(name)}, sql{&sql}, connections{std::move(connections)} {}

  std::string name;
  const dialect* sql;
  foreman::connection_factory connections;
  /// Who writes, where one can at a time.
  write_turn turn;
};

/// The databases of a run. The first is that of jobs that name none.
using database_list = std::deque<database>;

/// What a command line says of a database.
struct database_option {
  std::string name;
  /// As `foreman::sql::connections_to` takes it, without a password.
  std::string address;
};

/// Reads `[NAME=]STRING`; the name is `main` by default. `invalid_option` if
/// the name is none, or the string holds a password: others see a command line.
foreman::expected<database_option> read_database(std::string_view text);

/// Adds a database; requires that its name is not taken. `invalid_option` if
/// its address is bad.
foreman::expected<void> add(database_list& to, const database_option& what,
                            const std::optional<std::string>& password);

/// The database called `name`, or null.
database* find(database_list& in, std::string_view name) noexcept;

} // namespace supervisor
