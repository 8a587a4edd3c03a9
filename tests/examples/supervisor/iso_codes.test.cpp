#include "data_sets.hpp"

namespace foreman::test {

TEST_CASE(
  "the real input is imported, every row of it, as often as it is run") {
  const program supervisor;
  const std::string workers = GENERATE("1", "20");
  const auto query = [&](const std::string& text) {
    return supervisor.query(text, "iso.sqlite");
  };
  for (const int run : {1, 2}) {
    INFO("run " << run << " with " << workers << " workers");
    const auto done = supervisor.run(
      {FOREMAN_SUPERVISOR_FILES "/iso-codes.jsonl", "--workers=" + workers,
       "--database=sqlite:iso.sqlite", "--data=" + iso_codes});
    CHECK(done.err.empty());
    CHECK(without_time(done.out)
          == "8 projects, 32 jobs: 32 succeeded, 0 failed, 0 cancelled\n");
    REQUIRE(done.exit_code == 0);
    for (const auto& set : data_sets()) {
      std::vector<std::string> columns;
      for (const auto& column :
           query("select name from pragma_table_info('" + set.table + "')"))
        columns.push_back(*column.front());
      check_table(set, columns, query);
    }
  }
}

TEST_CASE("no data set of iso-codes is left out") {
  std::vector<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator{iso_codes})
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
