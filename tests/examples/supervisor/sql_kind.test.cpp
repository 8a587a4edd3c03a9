#include "jobs.hpp"
#include "program.hpp"

#include <nlohmann/json.hpp>

namespace foreman::test {

namespace {

using nlohmann::json;
using rows = std::vector<program::row>;

// One job of kind sql.
std::string sql(const std::vector<std::string>& statements,
                const json& expect = nullptr) {
  json payload;
  if (!statements.empty())
    payload["statements"] = statements;
  if (!expect.is_null())
    payload["expect"] = expect;
  return json{{"project", "p"}, {"kind", "sql"}, {"payload", payload}}.dump()
    + "\n";
}

json expectation(const std::string& query, const json& equals) {
  return {{"query", query}, {"equals", equals}};
}

// A database with a table t (x) of one row, 1.
class database : public program {
public:
  database() {
    prepare(sql({"create table t (x unique)", "insert into t values (1)"}));
  }

  rows content() const {
    return query("select x, typeof(x) from t order by x");
  }

  // Runs jobs of which the only one must fail, and change nothing.
  void check_fails(const std::string& jobs, const std::string& why) const {
    const auto done = run_jobs(jobs);
    CHECK(done.exit_code == 1);
    CHECK(without_time(done.out)
          == "1 project, 1 job: 0 succeeded, 1 failed, 0 cancelled\n"
             "jobs.jsonl:1: p sql: "
            + why + "\n");
    CHECK(content() == rows{{"1", "integer"}});
  }
};

} // namespace

TEST_CASE("the statements of a job are executed in order, in one transaction") {
  const database db;
  db.prepare(sql({"insert into t values (2)", "update t set x = x + 10",
                  "delete from t where x = 11"}));
  CHECK(db.content() == rows{{"12", "integer"}});
}

TEST_CASE("a statement that fails takes back those before it") {
  const database db;
  const auto [statement, why] = GENERATE(table<std::string, std::string>({
    {"insert into t values (1)", "UNIQUE constraint failed: t.x"},
    {"insert or rollback into t values (1)", "UNIQUE constraint failed: t.x"},
    {"insert into nowhere values (1)", "no such table: nowhere"},
    {"nonsense", "near \"nonsense\": syntax error"},
    {"vacuum", "cannot VACUUM from within a transaction"},
  }));
  db.check_fails(sql({"insert into t values (2)", statement}),
                 "statement 2 of 2: " + why);
}

TEST_CASE("a job that fails only when it commits is taken back") {
  const database db;
  db.check_fails(
    sql({"insert into t values (2)",
         "create table c (x references t (x) deferrable "
         "initially deferred)",
         "insert into c values (3)"}),
    "cannot commit the transaction: FOREIGN KEY constraint failed");
}

TEST_CASE("a statement may hold what only looks like an end or a parameter") {
  const database db;
  const std::string statement = GENERATE(
    "insert into t values ('a;b ?1 :x -- no comment')",
    "create trigger g after insert on t begin select 1; select 2; end;",
    "insert /* ; :x */ into [t] values (2) ; ; -- ; ?",
    "create table `a;b` (`c?` text)", "select 'it''s;', 1e5, x$y.x from t x$y");
  db.prepare(sql({statement}));
}

TEST_CASE("a trigger with a body of any length is checked in one pass") {
  const database db;
  std::string body;
  for (int i = 0; i < 2'000; ++i)
    body += "select case when 1 then 2 end;";
  db.prepare(
    sql({"create trigger g after insert on t begin " + body + " end;"}));
  // One that never ends: to look at all of it at each semicolon takes minutes.
  db.check_fails(sql({"create trigger h after insert on t begin "
                      + std::string(300'000, ';')}),
                 "statement 1 of 1: near \";\": syntax error");
}

TEST_CASE("an expectation that is met lets the job succeed") {
  const database db;
  db.prepare(
    sql({},
        {
          expectation("select count(*) from t", 1),
          expectation("select count(*) = 1 from t;", true),
          expectation("select x > 1 from t", false),
          expectation("select null", nullptr),
          expectation("select 'it''s' -- a comment", "it's"),
          expectation("select 0.5", 0.5),
          expectation("select 9223372036854775807", 9'223'372'036'854'775'807),
          expectation("with a as (select 3 y) select y from a", 3),
        }));
}

TEST_CASE("an expectation that is not met fails the job and takes it back") {
  const database db;
  const auto [query, equals, why]
    = GENERATE(table<std::string, json, std::string>({
      {"select count(*) from t", 1, "gave 2; expected was 1"},
      {"select 'a'", "b", R"(gave 'a'; expected was "b")"},
      {"select '1'", 1, "gave '1'; expected was 1"},
      {"select null", 0, "gave NULL; expected was 0"},
      {"select 0", nullptr, "gave 0; expected was null"},
      {"select x from t where x > 2", 3, "gave no row; expected was 3"},
      {"select 1 from t", 1, "gave more than one row; expected was one"},
    }));
  db.check_fails(sql({"insert into t values (2)"},
                     {expectation("select 1", 1), expectation(query, equals)}),
                 "expectation 2 of 2: " + query + " " + why);
}

TEST_CASE("an expectation of more than one column fails the job") {
  const database db;
  db.check_fails(sql({}, json::array({expectation("select 1, 2", 1)})),
                 "expectation 1 of 1: table foreman_actual has 2 values for 1 "
                 "columns");
}

TEST_CASE("what is expected may hold a zero byte") {
  const program supervisor;
  const std::string zero{"a\0b", 3};
  const auto done = supervisor.run_jobs(
    job_line(
      "p", "sql",
      {{"expect",
        {{{"query", "select cast(x'610062' as text)"}, {"equals", zero}}}}})
    + job_line("p", "sql",
               {{"expect", {{{"query", "select 'a'"}, {"equals", zero}}}}}));
  CHECK_THAT(done.out,
             Catch::Matchers::Contains("1 succeeded, 1 failed")
               && Catch::Matchers::Contains(
                 "select 'a' gave 'a'; expected was \"a\\u0000b\""));
}

} // namespace foreman::test
