#include "jobs.hpp"
#include "program.hpp"
#include "support/await.hpp"

#include <csignal>
#include <filesystem>

namespace foreman::test {

namespace {

bool appears(const program& supervisor, const std::string& file) {
  return await(
    [&] { return std::filesystem::exists(supervisor.folder() / file); });
}

} // namespace

TEST_CASE("with --follow jobs start as their lines arrive") {
  const program supervisor;
  const auto running = supervisor.start({"run", "--follow", "--quiet", "-"});
  for (const std::string file : {"one", "two"}) {
    const auto line = command_job("p", {"touch", file});
    running->write(line.substr(0, 10)); // a line may come in pieces
    running->write(line.substr(10));
    CHECK(appears(supervisor, file));
  }
  const auto last = command_job("p", {"touch", "three"});
  running->write(last.substr(0, last.size() - 1)); // without a newline
  running->end_input();
  const auto done = running->wait();
  CHECK(done.exit_code == 0);
  CHECK(without_time(done.out)
        == "1 project, 3 jobs: 3 succeeded, 0 failed, 0 cancelled\n");
  CHECK(std::filesystem::exists(supervisor.folder() / "three"));
}

TEST_CASE("without --follow standard input is checked as a whole") {
  const program supervisor;
  const auto running = supervisor.start({"run", "--quiet", "-"});
  running->write(command_job("p", {"touch", "file"}) + "\nnonsense\n");
  running->end_input();
  const auto done = running->wait();
  CHECK(done.exit_code == 2);
  CHECK_THAT(done.err, Catch::Matchers::StartsWith("-:3: bad JSON"));
  CHECK_FALSE(std::filesystem::exists(supervisor.folder() / "file"));
}

TEST_CASE("a bad line ends the input, and what came before it is run") {
  const program supervisor;
  const auto running = supervisor.start({"run", "--follow", "--quiet", "-"});
  running->write(command_job("p", {"touch", "before"}) + "{}\n \n"
                 + command_job("p", {"touch", "after"}));
  const auto done = running->wait();
  CHECK(done.exit_code == 2);
  CHECK(without_time(done.out)
        == "1 project, 1 job: 1 succeeded, 0 failed, 0 cancelled, 1 bad line "
           "skipped, 1 line dropped\n");
  CHECK_THAT(done.err,
             Catch::Matchers::Contains("-:2: \"project\" is missing")
               && Catch::Matchers::Contains(
                 "1 line that had been read is dropped, from -:4 on"));
  CHECK(std::filesystem::exists(supervisor.folder() / "before"));
  CHECK_FALSE(std::filesystem::exists(supervisor.folder() / "after"));
}

TEST_CASE("with --keep-going bad lines are skipped, and said which") {
  const program supervisor;
  const bool follow = GENERATE(false, true);
  supervisor.folder().write("jobs.jsonl",
                            command_job("p", {"touch", "one"}) + "nonsense\n"
                              + command_job("p", {"touch", "two"}) + "[]\n");
  std::vector<std::string> arguments{"jobs.jsonl", "--keep-going"};
  if (follow)
    arguments.emplace_back("--follow");
  const auto done = supervisor.run(arguments);
  CHECK(done.exit_code == 1);
  CHECK(without_time(done.out)
        == "1 project, 2 jobs: 2 succeeded, 0 failed, 0 cancelled, 2 bad lines "
           "skipped\n");
  CHECK_THAT(done.err,
             Catch::Matchers::StartsWith("jobs.jsonl:2: bad JSON")
               && Catch::Matchers::Contains(
                 "\njobs.jsonl:4: the line is an array; allowed is an object"));
  CHECK(std::filesystem::exists(supervisor.folder() / "two"));
}

TEST_CASE("a file with bad lines only is refused, whatever is asked") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", "nonsense\n");
  CHECK(supervisor.run({"jobs.jsonl", "--keep-going"}).exit_code == 2);
}

TEST_CASE("a line that is too long is refused before it fills the memory") {
  const program supervisor;
  const bool keep_going = GENERATE(false, true);
  supervisor.folder().write("jobs.jsonl",
                            command_job("p", {"true"})
                              + std::string(40'000'000, 'x') + "\n"
                              + command_job("p", {"touch", "after"}));
  std::vector<std::string> arguments{"jobs.jsonl", "--follow"};
  if (keep_going)
    arguments.emplace_back("--keep-going");
  const auto done = supervisor.run(arguments);
  CHECK(done.exit_code == (keep_going ? 1 : 2));
  CHECK(done.err
        == "jobs.jsonl:2: the line is too long; allowed are 16000000 bytes\n");
  CHECK(std::filesystem::exists(supervisor.folder() / "after") == keep_going);
}

TEST_CASE("a line that is too long, and the last, is one bad line") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", std::string(17'000'000, 'x'));
  const auto done = supervisor.run({"jobs.jsonl", "--follow", "--keep-going"});
  CHECK(done.exit_code == 1);
  CHECK(without_time(done.out)
        == "0 projects, 0 jobs: 0 succeeded, 0 failed, 0 cancelled, 1 bad "
           "line skipped\n");
}

TEST_CASE("a line that was read for nothing is counted") {
  const program supervisor;
  const auto running = supervisor.start({"run", "--follow", "--quiet", "-"});
  // At once, so the piece is read when the job begins.
  running->write(script_job("p",
                            "touch began; while ! [ -e end ]; do "
                            "sleep 0.01; done")
                 + R"({"project": "p", )");
  REQUIRE(appears(supervisor, "began"));
  running->signal(SIGTERM);
  REQUIRE(await([&] {
    return running->err().find("1 line that had been read is dropped, from "
                               "-:2 on")
      != std::string::npos;
  }));
  supervisor.folder().write("end", "");
  const auto done = running->wait();
  CHECK(done.exit_code == 1);
  CHECK(without_time(done.out)
        == "1 project, 1 job: 1 succeeded, 0 failed, 0 cancelled, 1 line "
           "dropped\n");
}

TEST_CASE("many lines are read no faster than there is room for their jobs") {
  const program supervisor;
  std::string lines;
  for (int i = 0; i < 20'000; ++i)
    lines += job_line("p" + std::to_string(i % 7), "sql",
                      {{"statements", {"select 1"}}});
  supervisor.folder().write("jobs.jsonl", lines);
  const auto done = supervisor.run({"jobs.jsonl", "--follow", "--workers=2"});
  CHECK(done.exit_code == 0);
  CHECK(without_time(done.out)
        == "7 projects, 20000 jobs: 20000 succeeded, 0 failed, 0 cancelled\n");
}

} // namespace foreman::test
