#pragma once

#include "program.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace foreman::test {

/// Where Debian's iso-codes package has its data.
inline const std::string iso_codes = "/usr/share/iso-codes/json";

/// A file of it, the array in it, and the table that it is imported into.
struct data_set {
  std::string file;
  std::string array;
  std::string table;
};

inline const std::vector<data_set>& data_sets() {
  static const std::vector<data_set> result{
    {"iso_15924.json", "15924", "iso_15924"},
    {"iso_3166-1.json", "3166-1", "iso_3166_1"},
    {"iso_3166-2.json", "3166-2", "iso_3166_2"},
    {"iso_3166-3.json", "3166-3", "iso_3166_3"},
    {"iso_4217.json", "4217", "iso_4217"},
    {"iso_639-2.json", "639-2", "iso_639_2"},
    {"iso_639-3.json", "639-3", "iso_639_3"},
    {"iso_639-5.json", "639-5", "iso_639_5"},
  };
  return result;
}

/// The key whose value a column has: NUMERIC is a keyword of SQL.
inline std::string key_of(const std::string& column) {
  return column == "numeric_code" ? "numeric" : column;
}

/// Checks that a table has all that its data set says and nothing else: each
/// row, each value of it. `query` asks the database; its order is not known.
inline void check_table(
  const data_set& set, const std::vector<std::string>& columns,
  const std::function<std::vector<program::row>(const std::string&)>& query) {
  INFO(set.table);
  const auto objects
    = nlohmann::json::parse(content_of(iso_codes + "/" + set.file))[set.array];
  REQUIRE(objects.size() > 20);
  for (const auto& object : objects)
    for (const auto& [key, value] : object.items())
      if (std::none_of(
            columns.begin(), columns.end(),
            [&key = key](const auto& x) { return key_of(x) == key; }))
        FAIL(key << " is no column of " << set.table);
  std::string names;
  for (const auto& column : columns)
    names += (names.empty() ? "" : ", ") + column;
  std::vector<program::row> wanted;
  for (const auto& object : objects) {
    auto& next = wanted.emplace_back();
    for (const auto& column : columns)
      next.push_back(
        object.contains(key_of(column))
          ? std::optional{object[key_of(column)].get<std::string>()}
          : std::nullopt);
  }
  auto rows = query("select " + names + " from " + set.table);
  std::sort(wanted.begin(), wanted.end());
  std::sort(rows.begin(), rows.end());
  CHECK(rows.size() == objects.size());
  // One comparison: Catch would print all rows of what differs.
  CHECK((rows == wanted));
}

} // namespace foreman::test
