#include "program.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace foreman::test {

namespace {

using nlohmann::json;

const std::string data = "/usr/share/iso-codes/json";

struct data_set {
  std::string file;
  std::string array;
  std::string table;
};

const std::vector<data_set>& data_sets() {
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

// All that a data set says, as its table must have it.
std::vector<program::row> rows_of(const json& objects,
                                  const std::vector<std::string>& columns) {
  std::vector<program::row> result;
  for (const auto& object : objects) {
    program::row next;
    for (const auto& column : columns)
      next.push_back(object.contains(column)
                       ? std::optional{object[column].get<std::string>()}
                       : std::nullopt);
    result.push_back(std::move(next));
  }
  return result;
}

void check_table(const program& supervisor, const data_set& set) {
  INFO(set.table);
  const auto objects
    = json::parse(content_of(data + "/" + set.file))[set.array];
  REQUIRE(objects.size() > 20);
  CHECK(supervisor.query("select count(*) from " + set.table, "iso.sqlite")
        == std::vector<program::row>{{std::to_string(objects.size())}});

  std::vector<std::string> columns;
  std::string names;
  for (const auto& column : supervisor.query(
         "select name from pragma_table_info('" + set.table + "')",
         "iso.sqlite")) {
    columns.push_back(*column.front());
    names += (names.empty() ? "" : ", ") + columns.back();
  }
  for (const auto& object : objects)
    for (const auto& [key, value] : object.items())
      if (std::find(columns.begin(), columns.end(), key) == columns.end())
        FAIL(key << " is no column of " << set.table);
  const auto rows = supervisor.query(
    "select " + names + " from " + set.table + " order by rowid", "iso.sqlite");
  // One comparison: Catch would print all rows of what differs.
  CHECK((rows == rows_of(objects, columns)));
}

} // namespace

TEST_CASE(
  "the real input is imported, every row of it, as often as it is run") {
  const program supervisor;
  const std::string workers = GENERATE("1", "20");
  for (const int run : {1, 2}) {
    INFO("run " << run << " with " << workers << " workers");
    const auto done
      = supervisor.run({FOREMAN_ISO_CODES, "--workers=" + workers,
                        "--database=sqlite:iso.sqlite", "--data=" + data});
    CHECK(done.err.empty());
    CHECK(without_time(done.out)
          == "8 projects, 32 jobs: 32 succeeded, 0 failed, 0 cancelled\n");
    REQUIRE(done.exit_code == 0);
    for (const auto& set : data_sets())
      check_table(supervisor, set);
  }
}

TEST_CASE("no data set of iso-codes is left out") {
  std::vector<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator{data})
    if (const auto name = entry.path().filename().string();
        name.starts_with("iso_"))
      there.push_back(name);
  std::vector<std::string> tested;
  for (const auto& set : data_sets())
    tested.push_back(set.file);
  std::sort(there.begin(), there.end());
  std::sort(tested.begin(), tested.end());
  CHECK(there == tested);
}

} // namespace foreman::test
