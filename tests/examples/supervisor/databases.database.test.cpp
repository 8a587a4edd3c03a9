#include "jobs.hpp"
#include "servers.hpp"
#include "support/await.hpp"

#include <string>

namespace foreman::test {

namespace {

using nlohmann::json;

std::string sql_job(const std::string& project, const std::string& database,
                    const json& payload) {
  auto with = payload;
  with["database"] = database;
  return job_line(project, "sql", with);
}

// Runs jobs.jsonl on that database.
process_result run_on(const shared_database& db, const program& supervisor) {
  return supervisor.run(
    {"jobs.jsonl", "--database=" + public_address(db.address())},
    {"FOREMAN_PASSWORD_MAIN=" + db.address().password});
}

} // namespace

TEST_CASE("jobs work on the databases that they name, of three kinds") {
  const shared_database mariadb{database_kind::mariadb};
  const shared_database postgresql{database_kind::postgresql};
  const program supervisor;
  supervisor.folder().write("password", postgresql.address().password + "\n");
  supervisor.folder().write("data.json", R"([
    {"i": 1, "t": "ü'\"\\ 🇩🇪", "d": 1.5, "b": true, "n": null, "j": [1, {"a": 2}]},
    {"i": -9223372036854775808, "t": "", "d": -1e-3, "b": false}])");
  std::string jobs;
  for (const auto* name : {"lite", "maria", "postgres"}) {
    const std::string project = name;
    jobs += sql_job(
      project, name,
      {{"statements",
        {"create table t (i bigint, t varchar(100), d double precision, b "
         "boolean, n varchar(10), j varchar(100))"}}});
    jobs += job_line(project, "import-json",
                     {{"database", name},
                      {"file", "data.json"},
                      {"pointer", ""},
                      {"table", "t"}});
    const auto is = [](const std::string& query, const json& value) {
      return json{{"query", query}, {"equals", value}};
    };
    jobs += sql_job(
      project, name,
      {{"statements",
        {"insert into t (i, t) values (3, 'one; two :x ? -- no comment');"}},
       {"expect",
        {is("select count(*) from t", 3),
         is("select count(*) = 3 from t", true),
         is("select t from t where i = 1", "ü'\"\\ 🇩🇪"),
         is("select t from t where i = 3", "one; two :x ? -- no comment"),
         is("select d from t where i = 1", 1.5),
         is("select n from t where i = 1", nullptr),
         is("select count(*) from t where b = true", 1),
         is("select j from t where i = 1 -- a comment", "[1,{\"a\":2}]")}}});
    // What fails is taken back, and the next job is not in its transaction.
    jobs += sql_job(
      project, name,
      {{"statements", {"delete from t", "insert into nowhere values (1)"}}});
    jobs += sql_job(project, name,
                    {{"expect", {is("select count(*) from t", 4)}}});
  }
  supervisor.folder().write("jobs.jsonl", jobs);
  const auto done = supervisor.run(
    {"jobs.jsonl", "--database=lite=sqlite:lite.db",
     "--database=maria=" + public_address(mariadb.address()),
     "--database=postgres=" + public_address(postgresql.address()),
     "--password-file=postgres=password"},
    {"FOREMAN_PASSWORD_MARIA=" + mariadb.address().password});
  INFO(done.err);
  CHECK(done.exit_code == 1);
  CHECK(without_time(done.out).starts_with(
    "3 projects, 15 jobs: 9 succeeded, 6 failed, 0 cancelled\n"));
  for (const auto* said :
       {"jobs.jsonl:4: lite sql: statement 2 of 2: no such table: nowhere\n",
        "jobs.jsonl:5: lite sql: expectation 1 of 1: select count(*) from t "
        "gave 3; expected was 4\n",
        "jobs.jsonl:9: maria sql: statement 2 of 2: Table '",
        "jobs.jsonl:10: maria sql: expectation 1 of 1: select count(*) from t "
        "gave '3'; expected was 4\n",
        "jobs.jsonl:14: postgres sql: statement 2 of 2: ERROR:  relation "
        "\"nowhere\" does not exist",
        "jobs.jsonl:15: postgres sql: expectation 1 of 1: select count(*) from "
        "t gave '3'; expected was 4\n"})
    CHECK_THAT(done.out, Catch::Matchers::Contains(said));
}

TEST_CASE("a server takes one statement at a time") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database db{kind};
  const program supervisor;
  supervisor.folder().write(
    "jobs.jsonl",
    job_line("p", "sql", {{"statements", {"select 1; select 2"}}})
      + job_line(
        "p", "sql",
        {{"expect", {{{"query", "select 1 as a, 2 as b"}, {"equals", 1}}}}}));
  const auto done = run_on(db, supervisor);
  CHECK(done.exit_code == 1);
  CHECK_THAT(done.out,
             Catch::Matchers::Contains("2 jobs: 0 succeeded, 2 failed"));
  if (kind == database_kind::postgresql)
    CHECK_THAT(done.out,
               Catch::Matchers::Contains("gave 2 columns; expected was one"));
}

TEST_CASE("no statement ends the transaction of its job unseen") {
  struct way {
    database_kind kind;
    // Behind a comment that our reader of SQL does not know, so that it takes
    // the first word for another one than the server.
    std::string statement;
    bool leaves_none;
  };
  const auto x = GENERATE(
    way{database_kind::mariadb, "# comment\ncommit", true},
    way{database_kind::mariadb, "# comment\ncommit and chain", false},
    way{database_kind::mariadb, "# comment\nstart transaction", false},
    way{database_kind::mariadb, "call p()", false},
    way{database_kind::postgresql, "/* /* */ */ commit", true},
    way{database_kind::postgresql, "/* /* */ */ rollback", true},
    way{database_kind::postgresql, "/* /* */ */ commit and chain", false});
  INFO(x.statement);
  const shared_database db{x.kind};
  const program supervisor;
  std::vector<std::string> before{"create table t (x int)"};
  if (x.kind == database_kind::mariadb)
    before.emplace_back("create procedure p() begin commit; start transaction; "
                        "end");
  supervisor.folder().write(
    "jobs.jsonl",
    job_line("p", "sql", {{"statements", before}})
      + job_line("p", "sql",
                 {{"statements",
                   {"insert into t values (1)", x.statement,
                    "insert into t values (2)"}}})
      + job_line("p", "sql",
                 {{"expect",
                   {{{"query", "select count(*) from t where x = 2"},
                     {"equals", 0}}}}}));
  const auto done = run_on(db, supervisor);
  const std::string error = x.leaves_none
    ? "statement 2 of 3: it has ended the transaction of its job, which only "
      "foreman may; what was done until then may stay\n"
    : "a statement has ended the transaction of its job and begun another one, "
      "which only foreman may; what was done until then may stay (";
  CHECK_THAT(without_time(done.out),
             Catch::Matchers::StartsWith(
               "1 project, 3 jobs: 2 succeeded, 1 failed, 0 cancelled\n"
               "jobs.jsonl:2: p sql: "
               + error));
}

TEST_CASE("MariaDB begins anew behind a change of the schema") {
  const shared_database db{database_kind::mariadb};
  const program supervisor;
  supervisor.folder().write(
    "jobs.jsonl",
    job_line(
      "p", "sql",
      {{"statements",
        {"create table t (x int)", "insert into t values (1)", "nonsense"}}})
      + job_line(
        "p", "sql",
        {{"expect", {{{"query", "select count(*) from t"}, {"equals", 0}}}}}));
  const auto done = run_on(db, supervisor);
  INFO(done.out);
  CHECK_THAT(done.out,
             Catch::Matchers::Contains("2 jobs: 1 succeeded, 1 failed"));
}

TEST_CASE("a zero byte is kept, or refused, but never the end of a text") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database db{kind};
  const program supervisor;
  supervisor.folder().write("data.json", R"([{"x": "a\u0000b"}])");
  const std::string zero{"a\0b", 3};
  supervisor.folder().write(
    "jobs.jsonl",
    job_line("p", "sql", {{"statements", {"create table t (x varchar(9))"}}})
      + job_line("p", "import-json",
                 {{"file", "data.json"}, {"pointer", ""}, {"table", "t"}})
      + job_line("p", "sql",
                 {{"expect", {{{"query", "select 'a'"}, {"equals", zero}}}}})
      + job_line("p", "sql",
                 {{"expect",
                   {{{"query", "select count(*) from t"},
                     {"equals", kind == database_kind::mariadb ? 1 : 0}}}}}));
  const auto done = run_on(db, supervisor);
  INFO(done.out);
  if (kind == database_kind::mariadb)
    CHECK_THAT(done.out,
               Catch::Matchers::Contains("4 jobs: 3 succeeded, 1 failed"));
  else
    CHECK_THAT(done.out,
               Catch::Matchers::Contains("4 jobs: 2 succeeded, 2 failed")
                 && Catch::Matchers::Contains("/0 of ")
                 && Catch::Matchers::Contains(
                   "data.json: \"x\" holds a zero byte, which no text of this "
                   "database can")
                 && Catch::Matchers::Contains("\"equals\" holds a zero byte"));
}

TEST_CASE("a password appears nowhere, whether it is right or wrong") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const shared_database db{kind};
  const program supervisor;
  supervisor.folder().write(
    "jobs.jsonl",
    job_line("p", "sql", {{"statements", {"select 1", "select nonsense"}}}));
  for (const auto& password :
       {db.address().password, std::string{"geheim-geheim"}}) {
    const auto running = supervisor.start(
      {"run", "jobs.jsonl", "--database=" + public_address(db.address())},
      {"FOREMAN_PASSWORD_MAIN=" + password});
    running->end_input();
    const auto done = running->wait();
    CHECK(done.exit_code == (password == db.address().password ? 1 : 2));
    CHECK((done.out + done.err).find(password) == std::string::npos);
  }
}

TEST_CASE("a password is not to be found in the environment once it is read") {
  const shared_database db{database_kind::postgresql};
  const program supervisor;
  const auto running = supervisor.start(
    {"run", "--follow", "--database=" + public_address(db.address()), "-"},
    {"FOREMAN_PASSWORD_MAIN=" + db.address().password});
  running->write(command_job("p", {"true"}));
  REQUIRE(await(
    [&] { return running->out().find("succeeded") != std::string::npos; }));
  CHECK_THAT(content_of("/proc/" + std::to_string(running->id()) + "/environ"),
             Catch::Matchers::Contains("FOREMAN_PASSWORD_MAIN=")
               && !Catch::Matchers::Contains(db.address().password));
  running->end_input();
  CHECK(running->wait().exit_code == 0);
}

} // namespace foreman::test
