#include "jobs.hpp"
#include "program.hpp"
#include "pseudo_terminal.hpp"

#include <algorithm>
#include <map>
#include <sstream>

namespace foreman::test {

namespace {

using nlohmann::json;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    result.push_back(line);
  return result;
}

process_result run(const program& supervisor,
                   std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  const auto running = supervisor.start(std::move(arguments));
  running->end_input();
  return running->wait();
}

// Characters, as the terminal of the test counts them.
std::size_t length_of(const std::string& text) {
  return static_cast<std::size_t>(
    std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

} // namespace

TEST_CASE("plain lines say what starts and how it ends, and what is left") {
  const program supervisor;
  supervisor.folder().write(
    "jobs.jsonl", command_job("p", {"true"}) + command_job("p", {"false"}));
  const auto done = run(supervisor, {"jobs.jsonl"});
  const auto lines = lines_of(done.out);
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == "0/2 p command, line 1, starts (1 running, 1 waiting)");
  CHECK_THAT(lines[1],
             Catch::Matchers::StartsWith("1/2 p command, line 1, succeeded "
                                         "after ")
               && Catch::Matchers::EndsWith(" s (0 running, 1 waiting)"));
  CHECK(lines[2] == "1/2 p command, line 2, starts (1 running, 0 waiting)");
  CHECK_THAT(
    lines[3],
    Catch::Matchers::StartsWith("2/2 p command, line 2, failed after ")
      && Catch::Matchers::Contains(": \"false\" ended with exit code 1; log "));
  CHECK(done.err.empty());
}

TEST_CASE("JSON lines tell a machine all that happens, in order") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            command_job("p\n", {"true"}) + "nonsense\n"
                              + script_job("q", "printf '\\377' >&2; exit 1"));
  const auto done = run(supervisor, {"jobs.jsonl", "--json", "--keep-going"});
  CHECK(done.exit_code == 1);
  CHECK(done.err.empty());
  std::map<std::string, std::vector<json>> events;
  std::map<int, std::string> of_job;
  for (const auto& line : lines_of(done.out)) {
    const auto event = json::parse(line);
    const std::string name = event["event"];
    events[name].push_back(event);
    if (event.contains("job"))
      of_job[event["job"]] += name + " ";
  }
  CHECK(of_job
        == std::map<int, std::string>{{1, "queued started ended "},
                                      {2, "queued started ended "}});
  REQUIRE(events["problem"].size() == 1);
  CHECK_THAT(events["problem"][0]["text"].get<std::string>(),
             Catch::Matchers::StartsWith("jobs.jsonl:2: bad JSON"));
  for (const auto& x : events["ended"]) {
    if (x["line"] == 1) {
      CHECK(x["project"] == "p\n");
      CHECK(x["state"] == "succeeded");
      CHECK_FALSE(x.contains("error"));
    } else {
      CHECK(x["line"] == 3);
      CHECK(x["state"] == "failed");
      CHECK(x["error"]["code"] == "job_failed");
    }
    CHECK(x["seconds"] >= 0.0);
  }
  REQUIRE(events["summary"].size() == 1);
  const auto& summary = events["summary"][0];
  CHECK(summary["jobs"] == 2);
  CHECK(summary["succeeded"] == 1);
  CHECK(summary["failed"] == 1);
  CHECK(summary["skipped_lines"] == 1);
  CHECK(summary["exit_code"] == 1);
}

TEST_CASE("a terminal shows a table that fits it, and then the summary") {
  const unsigned short columns = GENERATE(20, 40, 200);
  const unsigned short rows = GENERATE(3, 8, 50);
  INFO(columns << " x " << rows);
  const program supervisor;
  std::string jobs;
  for (int i = 0; i < 12; ++i)
    jobs += command_job("a rather long project, números y más "
                          + std::to_string(i),
                        {"sleep", "0.3"});
  supervisor.folder().write("jobs.jsonl",
                            jobs + command_job("last", {"false"}));
  const auto shown = run_on_terminal({FOREMAN_SUPERVISOR, "run", "jobs.jsonl"},
                                     supervisor.folder().path(), columns, rows);
  CHECK_THAT(shown, Catch::Matchers::Contains("\x1b[?7l"));
  // A table is between "no wrapping" and "wrapping".
  const std::string begin = "\x1b[?7l";
  std::size_t tables = 0;
  for (auto at = shown.find(begin); at != std::string::npos;
       at = shown.find(begin, at + 1), ++tables) {
    const auto lines = lines_of(shown.substr(
      at + begin.size(), shown.find("\x1b[?7h", at) - at - begin.size()));
    CHECK(lines.size() < rows);
    for (const auto& line : lines) {
      const auto text = line.substr(0, line.find("\x1b[K"));
      INFO(text);
      CHECK(length_of(text) <= columns);
    }
  }
  CHECK(tables >= 2);
  CHECK_THAT(shown,
             Catch::Matchers::Contains("jobs.jsonl:13: last command: ")
               && Catch::Matchers::Contains("\x1b[J13 projects, 13 jobs: 12 "
                                            "succeeded, 1 failed"));
}

TEST_CASE("a terminal that cannot move its cursor gets plain lines") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", command_job("p", {"true"}));
  const auto shown
    = run_on_terminal({FOREMAN_SUPERVISOR, "run", "jobs.jsonl"},
                      supervisor.folder().path(), 40, 10, "dumb");
  CHECK(shown.find('\x1b') == std::string::npos);
  CHECK_THAT(shown,
             Catch::Matchers::StartsWith("0/1 p command, line 1, starts"));
}

TEST_CASE("a terminal is told nothing by the text of others") {
  const program supervisor;
  // U+009B is a control sequence introducer, as escape and [ are.
  supervisor.folder().write("jobs.jsonl",
                            command_job("a\xC2\x9B"
                                        "31mb",
                                        {"true"})
                              + script_job("p",
                                           "printf '\\302\\2332Jx\\033[2Jy' "
                                           ">&2; exit 1"));
  const auto done = supervisor.run_script("exec $S run jobs.jsonl");
  CHECK_THAT(done.out,
             Catch::Matchers::Contains(" a 31mb command, line 1, ")
               && Catch::Matchers::Contains(" 2Jx"));
  CHECK(done.out.find('\xC2') == std::string::npos);
  CHECK(done.out.find('\x1b') == std::string::npos);
}

TEST_CASE("jobs go on when nobody reads what is shown") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            command_job("p", {"true"})
                              + command_job("p", {"touch", "done"}));
  const auto done = supervisor.run_script("$S run jobs.jsonl > /dev/full");
  CHECK(done.exit_code == 1);
  CHECK(done.err
        == "foreman-supervisor: standard output cannot be written: No space "
           "left on device\n");
  CHECK(std::filesystem::exists(supervisor.folder() / "done"));
}

} // namespace foreman::test
