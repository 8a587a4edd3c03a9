#include "program.hpp"

namespace foreman::test {

namespace {

constexpr auto good_line
  = R"({"project": "a", "kind": "sql", "payload": {"statements": ["select 1"]}})";

// Bad input: exit code 2, this on standard error, and nothing was started.
void check_refused(const program& supervisor, const process_result& done,
                   const std::string& message) {
  CHECK(done.exit_code == 2);
  CHECK(done.err == message);
  CHECK(done.out.empty());
  CHECK_FALSE(std::filesystem::exists(supervisor.folder() / "foreman.sqlite"));
}

struct bad_line {
  std::string line;
  std::string problem;
};

// A line whose payload is bad, of kind `kind`.
std::string line_of(const std::string& kind, const std::string& payload) {
  return R"({"project": "a", "kind": ")" + kind + R"(", "payload": )" + payload
    + "}";
}

const std::string form
  = R"(; allowed is {"project": "...", "kind": "...", "payload": {...}})";

const std::string identifier_form
  = "1 to 63 letters a-z or A-Z, digits and _, the first no digit";

const std::vector<bad_line>& bad_lines() {
  static const std::vector<bad_line> result{
    {R"({"project": "a")",
     "bad JSON: column 16: syntax error while parsing object - unexpected end "
     "of input; expected '}'"
       + form},
    {R"({"project": "a",,})",
     "bad JSON: column 17: syntax error while parsing object key - unexpected "
     "','; expected string literal"
       + form},
    {good_line + std::string{" x"},
     "bad JSON: column 74: syntax error while parsing value - invalid literal; "
     "expected end of input"
       + form},
    // What stands behind it is never lost without a word.
    {good_line + std::string{"\0 \"", 3},
     "bad JSON: column 73: a zero byte, which JSON has nowhere; write \\u0000"
       + form},
    {"{\"project\": \"\xFF\"}",
     "bad JSON: column 14: syntax error while parsing value - invalid string: "
     "ill-formed UTF-8 byte"
       + form},
    // Nothing of what was read is shown, wherever the parser puts it.
    {"-\xFF",
     "bad JSON: column 2: syntax error while parsing value - invalid number; "
     "expected digit after '-'"
       + form},
    {"{\"project\": \"'; expected \xFF\"}",
     "bad JSON: column 26: syntax error while parsing value - invalid string: "
     "ill-formed UTF-8 byte"
       + form},
    {R"({"project": "a", "project": "b"})",
     R"(bad JSON: key "project" is given twice)" + form},
    {std::string(101, '[') + std::string(101, ']'),
     "bad JSON: nested deeper than 100" + form},
    {R"({"x": "\"1", "payload": [-1e30, 18446744073709551615, 18446744073709551616]})",
     "bad JSON: column 55: 18446744073709551616 is a whole number beyond 64 "
     "bits; write it as a string, or with a fraction if it may be rounded"
       + form},
    {R"({"payload": -9223372036854775809})",
     "bad JSON: column 13: -9223372036854775809 is a whole number beyond 64 "
     "bits; write it as a string, or with a fraction if it may be rounded"
       + form},
    {R"({"payload": 1e999})",
     "bad JSON: number overflow parsing '1e999'" + form},
    {"[1]", "the line is an array; allowed is an object"},
    {"null", "the line is null; allowed is an object"},
    {R"({"kind": "sql", "payload": {"statements": ["select 1"]}})",
     R"("project" is missing; needed is a string)"},
    {R"({"project": "a", "payload": {}})",
     R"("kind" is missing; needed is a string)"},
    {R"({"project": "a", "kind": "sql"})",
     R"("payload" is missing; needed is an object)"},
    {R"({"project": 1, "kind": "sql", "payload": {"statements": ["select 1"]}})",
     R"("project" is a number; allowed is a string)"},
    {R"({"project": "a", "kind": null, "payload": {}})",
     R"("kind" is null; allowed is a string)"},
    {line_of("sql", "[]"), R"("payload" is an array; allowed is an object)"},
    {R"({"project": "a", "kind": "sql", "payload": {"statements": ["select 1"]},)"
     R"( "prio": 1})",
     R"(unknown key "prio"; allowed are "project", "kind", "payload")"},
    {R"({"project": "", "kind": "sql", "payload": {"statements": ["select 1"]}})",
     "the project key is empty; allowed are 1 to 256 bytes of UTF-8"},
    {R"({"project": ")" + std::string(257, 'x')
       + R"(", "kind": "sql", "payload": {"statements": ["select 1"]}})",
     "the project key has 257 bytes; allowed are 1 to 256 bytes of UTF-8"},
    {line_of("shell\\n", "{}"),
     R"(unknown kind "shell\n"; allowed are "command", "import-json", "sql")"},
    // sql
    {line_of("sql", "{}"),
     R"("payload" has nothing to do; needed is "statements", "expect" or both)"},
    {line_of("sql",
             R"({"statement": ["select 1"], "expect": [)"
             R"({"query": "select 1", "equals": 1}]})"),
     R"(unknown key "payload.statement"; allowed are "database", "statements", )"
     R"("expect")"},
    {line_of("sql", R"({"statements": "select 1"})"),
     R"("payload.statements" is a string; allowed is an array of strings)"},
    {line_of("sql", R"({"statements": []})"),
     R"("payload.statements" is empty; needed is at least one element)"},
    {line_of("sql", R"({"statements": ["select 1", 2]})"),
     R"("payload.statements[1]" is a number; allowed is a string)"},
    {line_of("sql", R"({"statements": ["-- nothing"]})"),
     R"("payload.statements[0]" is empty; allowed is one SQL statement)"},
    {line_of("sql", R"({"statements": [" \u000b"]})"),
     R"("payload.statements[0]" is empty; allowed is one SQL statement)"},
    {line_of("sql", R"({"statements": [" ; "]})"),
     R"("payload.statements[0]" is empty; allowed is one SQL statement)"},
    {line_of("sql", R"({"statements": ["select \u0000"]})"),
     R"("payload.statements[0]" holds a zero byte; allowed is one SQL )"
     R"(statement)"},
    {line_of("sql", R"({"statements": ["select 1; select 2"]})"),
     R"("payload.statements[0]" holds more than one statement; give each a )"
     R"(string of its own)"},
    {line_of("sql", R"({"statements": ["/* now */ Commit"]})"),
     R"("payload.statements[0]" begins with Commit; a job is one transaction, )"
     R"(which foreman begins and ends)"},
    {line_of("sql", R"({"statements": ["select ?1"]})"),
     R"("payload.statements[0]" has a parameter, ?1; write the value itself)"},
    {line_of("sql", R"({"statements": ["select #x"]})"),
     R"("payload.statements[0]" has a parameter, #x; write the value itself)"},
    {line_of("sql", R"({"statements": ["select 'it''s', :x"]})"),
     R"("payload.statements[0]" has a parameter, :x; write the value itself)"},
    {line_of("sql", R"({"expect": {}})"),
     R"("payload.expect" is an object; allowed is an array of objects)"},
    {line_of("sql", R"({"expect": []})"),
     R"("payload.expect" is empty; needed is at least one element)"},
    {line_of("sql", R"({"expect": [1]})"),
     R"("payload.expect[0]" is a number; allowed is an object)"},
    {line_of("sql", R"({"expect": [{"equals": 1}]})"),
     R"("payload.expect[0].query" is missing; needed is a string)"},
    {line_of("sql", R"({"expect": [{"query": "select 1"}]})"),
     R"("payload.expect[0].equals" is missing; needed is null, true, false, a )"
     R"(number or a string)"},
    {line_of("sql", R"({"expect": [{"query": "select 1", "equals": [1]}]})"),
     R"("payload.expect[0].equals" is an array; allowed is null, true, false, )"
     R"(a number or a string)"},
    {line_of("sql", R"({"expect": [{"query": "", "equals": 1}]})"),
     R"("payload.expect[0].query" is empty; allowed is one SQL statement)"},
    {line_of("sql",
             R"({"expect": [{"query": "select 1", "equals": 1, "is": 1}]})"),
     R"(unknown key "payload.expect[0].is"; allowed are "query", "equals")"},
    {line_of("sql", R"({"database": "x", "statements": ["select 1"]})"),
     R"("payload.database" is "x", which --database does not name; allowed )"
     R"(are "main")"},
    // command
    {line_of("command", "{}"),
     R"("payload.command" is missing; needed is an array of strings)"},
    {line_of("command", R"({"command": "ls -l"})"),
     R"("payload.command" is a string; allowed is an array of strings)"},
    {line_of("command", R"({"command": []})"),
     R"("payload.command" is empty; needed is at least one element)"},
    {line_of("command", R"({"command": [""]})"),
     R"("payload.command[0]" is empty; needed is a program)"},
    {line_of("command", R"({"command": ["ls", 1]})"),
     R"("payload.command[1]" is a number; allowed is a string)"},
    {line_of("command", R"({"command": ["ls", "\u0000"]})"),
     R"("payload.command[1]" holds a zero byte, which no argument can; )"
     R"(allowed is text)"},
    {line_of("command", R"({"command": ["ls"], "directory": ""})"),
     R"("payload.directory" is ""; allowed is a folder, relative to --data)"},
    {line_of("command", R"({"command": ["ls"], "environment": {"A=B": "x"}})"),
     R"("payload.environment.A=B" is no name of a variable; allowed is text )"
     R"(without = in it)"},
    {line_of("command", R"({"command": ["ls"], "environment": {"A": 1}})"),
     R"("payload.environment.A" is a number; allowed is a string without )"
     R"(zero bytes)"},
    {line_of("command", R"({"command": ["ls"], "timeout_seconds": "1"})"),
     R"("payload.timeout_seconds" is a string; allowed is a number from 0.001 )"
     R"(to 31536000)"},
    {line_of("command", R"({"command": ["ls"], "timeout_seconds": 0})"),
     R"("payload.timeout_seconds" is 0; allowed is a number from 0.001 to )"
     R"(31536000)"},
    // import-json
    {line_of("import-json", R"({"pointer": "", "table": "t"})"),
     R"("payload.file" is missing; needed is a path below the folder of )"
     R"(--data, without ..)"},
    {line_of("import-json", R"({"file": "/x", "pointer": "", "table": "t"})"),
     R"("payload.file" is "/x"; allowed is a path below the folder of --data, )"
     R"(without ..)"},
    {line_of("import-json",
             R"({"file": "x/../../y", "pointer": "", "table": "t"})"),
     R"("payload.file" is "x/../../y"; allowed is a path below the folder of )"
     R"(--data, without ..)"},
    {line_of("import-json", R"({"file": "x", "table": "t"})"),
     R"("payload.pointer" is missing; needed is a JSON pointer such as )"
     R"("/items", or "" for the whole file)"},
    {line_of("import-json", R"({"file": "x", "pointer": "y", "table": "t"})"),
     R"("payload.pointer" is "y"; allowed is a JSON pointer such as )"
     R"("/items", or "" for the whole file)"},
    {line_of("import-json", R"({"file": "x", "pointer": "", "table": 1})"),
     R"("payload.table" is a number; allowed is )" + identifier_form},
    {line_of("import-json",
             R"({"file": "x", "pointer": "", "table": "t; --"})"),
     R"("payload.table" is "t; --"; allowed is )" + identifier_form},
    {line_of("import-json",
             R"({"file": "x", "pointer": "", "table": "t", "columns": {}})"),
     R"("payload.columns" is empty; needed is at least one column, or leave )"
     R"(it out)"},
    {line_of(
       "import-json",
       R"({"file": "x", "pointer": "", "table": "t", "columns": {"1": "a"}})"),
     R"("payload.columns.1" is no name of a column; allowed are )"
       + identifier_form},
    {line_of(
       "import-json",
       R"({"file": "x", "pointer": "", "table": "t", "columns": {"a": 1}})"),
     R"("payload.columns.a" is a number; allowed is a key or a JSON pointer)"},
    {line_of(
       "import-json",
       R"({"file": "x", "pointer": "", "table": "t", "columns": {"a": "/~"}})"),
     R"("payload.columns.a" is "/~"; allowed is a key or a JSON pointer such )"
     R"(as "/names/0")"},
    {line_of("import-json",
             R"({"file": "x", "pointer": "", "table": "t",)"
             R"( "columns": {"A": "x", "a": "y"}})"),
     R"("payload.columns.a" is there twice, as case does not matter; allowed )"
     R"(is once)"},
  };
  return result;
}

} // namespace

TEST_CASE("every bad line of a job file is reported, and nothing is started") {
  const program supervisor;
  std::string content;
  std::string report;
  std::size_t number = 0;
  // Between good lines and blank ones, which count.
  for (const auto& [line, problem] : bad_lines()) {
    content += std::string{good_line} + "\n\n" + line + "\n";
    number += 3;
    report += "jobs.jsonl:" + std::to_string(number) + ": " + problem + "\n";
  }
  check_refused(supervisor, supervisor.run_jobs(content), report);
}

TEST_CASE("all that is wrong with one line is reported") {
  const program supervisor;
  const auto done = supervisor.run_jobs(
    R"({"project": 1, "kind": "sql", "payload": {"statements": [1, ""]}, "x": 0})");
  check_refused(
    supervisor, done,
    "jobs.jsonl:1: unknown key \"x\"; allowed are \"project\", \"kind\", "
    "\"payload\"\n"
    "jobs.jsonl:1: \"project\" is a number; allowed is a string\n"
    "jobs.jsonl:1: \"payload.statements[0]\" is a number; allowed is a string\n"
    "jobs.jsonl:1: \"payload.statements[1]\" is empty; allowed is one SQL "
    "statement\n");
}

TEST_CASE("a job file without a job is refused") {
  const program supervisor;
  const std::string content = GENERATE("", "\n \t\r\n");
  check_refused(supervisor, supervisor.run_jobs(content),
                "jobs.jsonl: there is no job in it; a line is {\"project\": "
                "\"...\", \"kind\": \"...\", \"payload\": {...}}\n");
}

TEST_CASE("blank lines, CRLF, a byte order mark and no last newline are fine") {
  const program supervisor;
  supervisor.prepare("\xEF\xBB\xBF" + std::string{good_line}
                     + "\r\n\r\n\n \t\r\n" + good_line);
}

TEST_CASE("options that cannot be used are refused with the reason") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", good_line);
  supervisor.folder().write("notes.txt", std::string(5'000, 'x'));
  const auto folder = supervisor.folder().path().string();
  struct refused {
    std::vector<std::string> given;
    std::string message;
  };
  const std::vector<refused> all{
    {{}, "JOBS is required; see --help"},
    {{"jobs.jsonl", "--colour"},
     "The following argument was not expected: --colour; see --help"},
    {{"nothing.jsonl"}, "cannot read nothing.jsonl: No such file or directory"},
    {{"."}, "cannot read .: Is a directory"},
    {{"jobs.jsonl", "--workers=0"},
     "--workers: 0 is no number of workers; allowed are 1 to 65536; see "
     "--help"},
    {{"jobs.jsonl", "--workers=65537"},
     "--workers: 65537 is no number of workers; allowed are 1 to 65536; see "
     "--help"},
    {{"jobs.jsonl", "--workers=-1"},
     "--workers: -1 is no number of workers; allowed are 1 to 65536; see "
     "--help"},
    {{"jobs.jsonl", "--workers=few"},
     "--workers: few is no number of workers; allowed are 1 to 65536; see "
     "--help"},
    {{"jobs.jsonl", "--data=nowhere"},
     "--data is \"nowhere\"; allowed is a folder that is there"},
    {{"jobs.jsonl", "--data=jobs.jsonl"},
     "--data is \"jobs.jsonl\"; allowed is a folder that is there"},
    {{"jobs.jsonl", "--log-limit=1e3"},
     "--log-limit: 1e3 is no number of bytes; allowed are 0 to 1000000000000; "
     "see --help"},
    {{"jobs.jsonl", "--drain=-1"},
     "--drain: -1 is no number of seconds; allowed are 0 to 31536000; see "
     "--help"},
    {{"jobs.jsonl", "--json"}, "--json excludes --quiet; see --help"},
    {{"jobs.jsonl", "--database=main.sqlite"},
     "--database of main: the database string has no scheme; allowed are "
     "sqlite:FILE, mariadb:KEY=VALUE ... and postgresql:KEY=VALUE ..."},
    {{"jobs.jsonl", "--database=oracle:db=x"},
     "--database of main: the database string has the scheme \"oracle\"; "
     "allowed are sqlite:FILE, mariadb:KEY=VALUE ... and postgresql:KEY=VALUE "
     "..."},
    {{"jobs.jsonl", "--database=1st=sqlite:x"},
     "--database has the name \"1st\"; allowed are 1 to 63 letters a-z or A-Z, "
     "digits and _, the first no digit; see --help"},
    {{"jobs.jsonl", "--database=a=sqlite:x", "--database=A=sqlite:y"},
     "--database names A twice; allowed is NAME=STRING with a name for each, "
     "and case does not matter; "
     "see --help"},
    {{"jobs.jsonl", "--database=db=mariadb:password=secret"},
     "--database holds the password of db, and others can see a command line; "
     "leave it out there, and put it into a file for --password-file=db=FILE "
     "or into the environment variable FOREMAN_PASSWORD_DB; see --help"},
    {{"jobs.jsonl", "--database=postgresql://me:secret@db/x"},
     "--database holds the password of main, and others can see a command "
     "line; leave it out there, and put it into a file for "
     "--password-file=main=FILE or into the environment variable "
     "FOREMAN_PASSWORD_MAIN; see --help"},
    {{"jobs.jsonl", "--password-file=db=x", "--database=db=mariadb:"},
     "--password-file: cannot read x: No such file or directory"},
    {{"jobs.jsonl", "--password-file=db=jobs.jsonl"},
     "--password-file is for db, which --database does not name"},
    {{"jobs.jsonl", "--password-file=jobs.jsonl"},
     "--database of main: SQLite has no passwords; allowed is none"},
    {{"nothing.jsonl", "--follow"},
     "cannot read nothing.jsonl: No such file or directory"},
    {{"jobs.jsonl", "--logs=/proc/logs", "--database=sqlite:/proc/main.sqlite"},
     "--database of main: the SQLite file /proc/main.sqlite cannot be opened: "
     "Cannot establish "
     "connection to the database. unable to open database file"},
    {{"jobs.jsonl", "--database=sqlite:nowhere/main.sqlite"},
     "--database of main: the SQLite file " + folder
       + "/nowhere/main.sqlite cannot be opened: " + "there is no folder "
       + folder + "/nowhere"},
    {{"jobs.jsonl", "--database=sqlite:notes.txt"},
     "--database of main: the SQLite file " + folder
       + "/notes.txt cannot be opened: file is not a database"},
  };
  for (const auto& [given, message] : all) {
    INFO(message);
    check_refused(supervisor, supervisor.run(given),
                  "foreman-supervisor: " + message + "\n");
  }
}

TEST_CASE("help says what the exit codes and the defaults are") {
  const program supervisor;
  const auto done = supervisor.run({"--help"});
  CHECK(done.exit_code == 0);
  CHECK_THAT(done.out,
             Catch::Matchers::Contains("sqlite:foreman.sqlite")
               && Catch::Matchers::Contains("Exit codes: 0"));
}

} // namespace foreman::test
