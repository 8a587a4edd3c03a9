#include "database_field.hpp"

#include <fmt/format.h>

namespace supervisor {

field database_field(database_list& databases) {
  return {
    "database",
    {{"type", "string"},
     {"description", "its name on the command line; default: the first"}},
    false,
    "the name of a database",
    [&databases](const json& value, const std::string& path, problems& found) {
      if (find(databases, value.get_ref<const std::string&>()))
        return;
      std::string names;
      for (const auto& x : databases)
        names += (names.empty() ? "" : ", ") + in_quotes(x.name);
      found.push_back(
        fmt::format("{} is {}, which --database does not name; allowed "
                    "are {}",
                    in_quotes(path), value.dump(), names));
    }};
}

database& database_of(const json& payload, database_list& databases) {
  const auto at = payload.find("database");
  return at == payload.end()
    ? databases.front()
    : *find(databases, at->get_ref<const std::string&>());
}

foreman::connection_needs needs_of(const json& payload,
                                   database_list& databases) {
  return {database_of(payload, databases).name};
}

} // namespace supervisor
