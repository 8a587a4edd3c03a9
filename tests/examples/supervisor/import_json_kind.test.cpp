#include "program.hpp"

namespace foreman::test {

namespace {

using rows = std::vector<program::row>;

// One job that imports from data.json into t.
std::string import_job(const std::string& pointer,
                       const std::string& more = "") {
  return R"({"project": "p", "kind": "import-json", "payload": )"
         R"({"file": "data.json", "table": "t", "pointer": ")"
    + pointer + "\"" + more + "}}\n";
}

// A database with a table t (a, b, "c_3") that holds one row.
class database : public program {
public:
  database() {
    prepare(
      R"json({"project": "p", "kind": "sql", "payload": {"statements": [)json"
      R"json("create table t (a unique, b check (b <> 'bad'), c_3)", )json"
      R"json("insert into t values ('first', null, null)"]}})json");
  }

  process_result import(const std::string& data, const std::string& job) const {
    folder().write("data.json", data);
    return run_jobs(job);
  }

  rows content() const {
    return query("select a, b, c_3 from t order by rowid");
  }

  rows imported() const {
    return query("select a, typeof(a), b, typeof(b), c_3 from t "
                 "where rowid > 1 order by rowid");
  }
};

void check_succeeded(const process_result& done) {
  INFO(done.out << done.err);
  CHECK(done.exit_code == 0);
}

} // namespace

TEST_CASE("values of each type are imported, what is missing as NULL") {
  const database db;
  check_succeeded(db.import(R"({"items": [
    {"a": "text", "b": "\u00fc\u2603 'quoted'"},
    {"a": 7, "b": -9223372036854775808},
    {"b": 0.1, "a": 1e300, "c_3": null},
    {"a": true, "b": false},
    {"c_3": [1, {"x": "y"}], "b": {}},
    {}
  ]})",
                            import_job("/items")));
  CHECK(db.imported()
        == rows{
          {"text", "text", "\u00fc\u2603 'quoted'", "text", {}},
          {"7", "integer", "-9223372036854775808", "integer", {}},
          {"1.0e+300", "real", "0.1", "real", {}},
          // SQLite has no type of its own for true and false.
          {"1", "integer", "0", "integer", {}},
          {{}, "null", "{}", "text", R"([1,{"x":"y"}])"},
          {{}, "null", {}, "null", {}},
        });
}

TEST_CASE("columns say which key or pointer has a value") {
  const database db;
  check_succeeded(db.import(
    R"([{"the key": 1, "names": [{"en": "one"}], "a/b": "x", "ignored": 0},
        {"the key": 2, "names": [], "a/b": "y"}])",
    import_job("",
               R"(, "columns": {"a": "the key", "b": "/names/0/en",)"
               R"( "c_3": "a/b"})")));
  CHECK(db.imported()
        == rows{{"1", "integer", "one", "text", "x"},
                {"2", "integer", {}, "null", "y"}});
}

TEST_CASE("an empty array is imported as no row") {
  const database db;
  check_succeeded(db.import("[]", import_job("")));
  CHECK(db.content() == rows{{"first", {}, {}}});
}

TEST_CASE("an import that fails leaves the table as it was") {
  const database db;
  const auto [data, why] = GENERATE(table<std::string, std::string>({
    // rows
    {R"([{"a": 1}, {"a": 2, "b": "bad"}, {"a": 3}])",
     "/x/1 of FILE: CHECK constraint failed: b <> 'bad'"},
    {R"([{"a": 1}, {"a": 1}])", "/x/1 of FILE: UNIQUE constraint failed: t.a"},
    {R"([{"a": 1}, {"a": 18446744073709551615}])",
     "/x/1 of FILE: 18446744073709551615 is beyond the largest whole number of "
     "SQL, 9223372036854775807"},
    {R"([{"a": 1}, 2])", "/x/1 of FILE is a number; needed is an object"},
    // keys
    {R"([{"a": 1}, {"z": 1}])", "table t has no column named z"},
    {R"([{"a": 1}, {"not one": 1}])",
     "FILE has the key \"not one\", which is no name of a column; name the "
     "columns in \"columns\""},
    {R"([{"a": 1}, {"A": 1}])",
     "FILE has the key \"a\" in another case as well; name the columns in "
     "\"columns\""},
    {"[{}, {}]", "no object of FILE has a key"},
    // the document
    {R"({"a": 1})",
     "\"/x\" of FILE is an object; needed is an array of "
     "objects"},
  }));
  const auto done = db.import(R"({"x": )" + data + "}", import_job("/x"));
  CHECK(done.exit_code == 1);
  auto expected = "1 project, 1 job: 0 succeeded, 1 failed, 0 cancelled\n"
                  "jobs.jsonl:1: p import-json: "
    + why + "\n";
  if (const auto at = expected.find("FILE"); at != expected.npos)
    expected.replace(at, 4, db.folder() / "data.json");
  CHECK(without_time(done.out) == expected);
  CHECK(db.content() == rows{{"first", {}, {}}});
}

TEST_CASE("a data file that cannot be used fails the job with its name") {
  const database db;
  const auto file = db.folder() / "data.json";
  const auto check_failed = [&](const process_result& done,
                                const std::string& why) {
    CHECK(done.exit_code == 1);
    CHECK_THAT(
      done.out,
      Catch::Matchers::EndsWith("jobs.jsonl:1: p import-json: " + why + "\n"));
  };
  check_failed(db.run_jobs(import_job("")),
               "cannot read " + file + ": No such file or directory");
  check_failed(db.import("{}", import_job("/none/0")),
               file + " has no /none/0");
  check_failed(db.import("[\n  {]", import_job("")),
               file
                 + ": bad JSON: line 2, column 4: syntax error while parsing "
                   "object key - unexpected ']'; expected string literal");
  check_failed(db.import(R"([{"a": 1, "a": 2}])", import_job("")),
               file + ": bad JSON: key \"a\" is given twice");
  check_failed(db.import("", import_job("")),
               file
                 + ": bad JSON: column 1: syntax error while parsing value - "
                   "unexpected end of input; expected '[', '{', or a literal");
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  check_failed(db.run_jobs(import_job("")),
               "cannot read " + file + ": Is a directory");
}

TEST_CASE("names that are SQL keywords can be imported into") {
  const program supervisor;
  supervisor.folder().write("data.json", R"([{"select": 1, "order": 2}])");
  supervisor.prepare(
    R"json({"project": "p", "kind": "sql", "payload": {"statements": [)json"
    R"json("create table \"table\" (\"select\", \"order\")"]}})json"
    "\n"
    R"({"project": "p", "kind": "import-json", "payload": )"
    R"({"file": "data.json", "pointer": "", "table": "table"}})");
  CHECK(supervisor.query("select * from \"table\"") == rows{{"1", "2"}});
}

} // namespace foreman::test
