#include "data_sets.hpp"
#include "servers.hpp"

#include <supervisor/dialect.hpp>
#include <support/sql_sessions.hpp>

namespace foreman::test {

TEST_CASE("the real input is imported into a server, every row of it") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  INFO(to_string(kind));
  const shared_database db{kind};
  const program supervisor;
  const auto& address = db.address();
  const auto connection = open_connection(address.by_tcp());
  const auto query = [&](const std::string& text) {
    supervisor::text_rows rows;
    supervisor::dialect_of(address.by_tcp())
      .run(session_of(*connection), text, &rows);
    return rows;
  };
  for (const int run : {1, 2}) {
    INFO("run " << run);
    const auto done = supervisor.run(
      {FOREMAN_SUPERVISOR_FILES "/iso-codes.jsonl", "--workers=4",
       "--database=" + public_address(address), "--data=" + iso_codes},
      {"FOREMAN_PASSWORD_MAIN=" + address.password});
    CHECK(done.err.empty());
    CHECK(without_time(done.out)
          == "8 projects, 32 jobs: 32 succeeded, 0 failed, 0 cancelled\n");
    REQUIRE(done.exit_code == 0);
    for (const auto& set : data_sets()) {
      std::vector<std::string> columns;
      for (const auto& column :
           query("select column_name from information_schema.columns where "
                 "table_name = '"
                 + set.table + "' and table_schema = "
                 + (kind == database_kind::mariadb ? "database()"
                                                   : "current_schema()")))
        columns.push_back(*column.front());
      check_table(set, columns, query);
    }
  }
}

} // namespace foreman::test
