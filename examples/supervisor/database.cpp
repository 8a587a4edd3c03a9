#include "database.hpp"

#include "identifier.hpp"
#include "password.hpp"

#include <foreman/sql/database.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace supervisor {

namespace {

foreman::error refuse(std::string why) {
  return {foreman::errc::invalid_option, std::move(why)};
}

} // namespace

foreman::expected<database_option> read_database(std::string_view text) {
  database_option result{"main", std::string{text}};
  // A database string begins with its scheme, so with a colon before any `=`.
  if (const auto end = text.find_first_of("=:");
      end != std::string_view::npos && text[end] == '=') {
    result.name = text.substr(0, end);
    result.address = text.substr(end + 1);
    if (!is_identifier(result.name))
      return refuse(fmt::format("--database has the name {}; allowed are {}",
                                in_quotes(result.name), identifier_form));
  }
  if (foreman::sql::holds_password(result.address))
    return refuse(fmt::format(
      "--database holds the password of {0}, and others can see a command "
      "line; leave it out there, and put it into a file for "
      "--password-file={0}=FILE or into the environment variable {1}",
      result.name, password_variable(result.name)));
  return result;
}

foreman::expected<void> add(database_list& to, const database_option& what,
                            const std::optional<std::string>& password) {
  auto connections = foreman::sql::connections_to(what.address, password);
  if (!connections)
    return refuse(fmt::format("--database of {}: {}", what.name,
                              connections.error().message()));
  to.emplace_back(what.name, dialect_of(what.address), *std::move(connections));
  return {};
}

database* find(database_list& in, std::string_view name) noexcept {
  const auto at = std::find_if(
    in.begin(), in.end(), [name](const database& x) { return x.name == name; });
  return at == in.end() ? nullptr : &*at;
}

} // namespace supervisor
