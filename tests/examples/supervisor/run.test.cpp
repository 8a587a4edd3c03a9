#include "program.hpp"

#include <sys/stat.h>

#include <fstream>
#include <future>
#include <string>

namespace foreman::test {

namespace {

using rows = std::vector<program::row>;

std::string statement_job(const std::string& project,
                          const std::string& statement) {
  return R"({"project": ")" + project
    + R"(", "kind": "sql", "payload": {"statements": [")" + statement
    + "\"]}}\n";
}

} // namespace

TEST_CASE("jobs that failed are listed by line, and do not stop the others") {
  const program supervisor;
  const auto done
    = supervisor.run_jobs(statement_job("a", "create table t (x)")
                          + statement_job("b\\nc", "insert into u values (1)")
                          + "\n" + statement_job("a", "create table t (x)")
                          + statement_job("a", "insert into t values (1)"));
  CHECK(done.exit_code == 1);
  CHECK(without_time(done.out)
        == "2 projects, 4 jobs: 2 succeeded, 2 failed, 0 cancelled\n"
           "jobs.jsonl:2: b c sql: statement 1 of 1: no such table: u\n"
           "jobs.jsonl:4: a sql: statement 1 of 1: table t already exists\n");
  CHECK(done.err.empty());
  CHECK(supervisor.query("select * from t") == rows{{"1"}});
}

TEST_CASE("the jobs of one project run in the order of their lines") {
  const program supervisor;
  const std::string workers = GENERATE("1", "20");
  std::string jobs = statement_job("p", "create table t (x)");
  for (int i = 0; i < 50; ++i)
    jobs += statement_job("p",
                          "insert into t select " + std::to_string(i)
                            + " where (select count(*) from t) = "
                            + std::to_string(i));
  supervisor.folder().write("jobs.jsonl", jobs);
  const auto done = supervisor.run({"jobs.jsonl", "--workers=" + workers});
  CHECK(done.exit_code == 0);
  CHECK(supervisor.query("select count(*), max(x) from t")
        == rows{{"50", "49"}});
}

TEST_CASE("projects that write at the same time wait for each other") {
  const program supervisor;
  std::string jobs;
  for (int i = 0; i < 40; ++i)
    jobs += statement_job("p" + std::to_string(i),
                          "create table t" + std::to_string(i) + " (x)");
  supervisor.prepare(jobs);
  CHECK(supervisor.query("select count(*) from sqlite_master") == rows{{"40"}});
}

TEST_CASE("a file may hold more jobs than a project's queue by default") {
  const program supervisor;
  std::string jobs;
  for (int i = 0; i < 10'001; ++i)
    jobs += statement_job("p", "select 1");
  const auto done = supervisor.run_jobs(jobs);
  CHECK(without_time(done.out)
        == "1 project, 10001 jobs: 10001 succeeded, 0 failed, 0 cancelled\n");
  CHECK(done.exit_code == 0);
}

TEST_CASE("a summary that cannot be written is no success") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", statement_job("p", "select 1"));
  const auto done = run_process(
    {"/bin/sh", "-c", FOREMAN_SUPERVISOR " run jobs.jsonl > /dev/full"},
    supervisor.folder().path());
  CHECK(done.exit_code == 1);
  CHECK(
    done.err
    == "foreman-supervisor: standard output cannot be written: No space left "
       "on device\n");
}

TEST_CASE("a job works on the schema as another program left it") {
  const program supervisor;
  supervisor.prepare(statement_job("p", "create table t (x)")
                     + statement_job("p", "create index i on t (x)"));
  const auto pipe = supervisor.folder() / "pipe.json";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  // The first job reads the schema, the second one stays outside the database
  // until the test has something for it in the pipe.
  auto done = std::async(std::launch::async, [&] {
    return supervisor.run_jobs(
      statement_job("p", "select x from t")
      + R"({"project": "p", "kind": "import-json", "payload": )"
        R"({"file": "pipe.json", "pointer": "", "table": "t"}})"
        "\n"
      + statement_job("p", "create index i on t (x)"));
  });
  std::ofstream document{pipe};
  supervisor.query("drop index i");
  document << "[]" << std::flush;
  document.close();
  CHECK(without_time(done.get().out)
        == "1 project, 3 jobs: 3 succeeded, 0 failed, 0 cancelled\n");
}

TEST_CASE("jobs see a database that is relative to where the program was run") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            statement_job("p", "create table t (x)"));
  const auto done
    = supervisor.run({"jobs.jsonl", "--database", "sqlite:other file.db"});
  CHECK(done.exit_code == 0);
  CHECK(supervisor.query("select count(*) from t", "other file.db")
        == rows{{"0"}});
  CHECK_FALSE(std::filesystem::exists(supervisor.folder() / "foreman.sqlite"));
}

} // namespace foreman::test
