// What foreman-supervisor finds when it begins: signals that are ignored,
// streams that are closed or lead nowhere, limits.

#include "jobs.hpp"
#include "program.hpp"
#include "support/await.hpp"

#include <sys/ioctl.h>

#include <csignal>
#include <filesystem>

namespace foreman::test {

namespace {

bool exists(const program& supervisor, const std::string& file) {
  return std::filesystem::exists(supervisor.folder() / file);
}

} // namespace

TEST_CASE("a command that fails has failed even if SIGCHLD is ignored") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", command_job("p", {"false"}));
  const auto done
    = supervisor.run_script("trap '' CHLD; exec $S run --quiet jobs.jsonl");
  CHECK(done.exit_code == 1);
  CHECK_THAT(done.out, Catch::Matchers::Contains("ended with exit code 1"));
}

TEST_CASE("a signal that is ignored at the start stays so, as nohup wants it") {
  const program supervisor;
  supervisor.folder().write(
    "jobs.jsonl",
    script_job("p", "touch began; while ! [ -e end ]; do sleep 0.01; done"));
  const auto running
    = supervisor.start_script("trap '' HUP INT; exec $S run jobs.jsonl");
  REQUIRE(await([&] { return exists(supervisor, "began"); }));
  running->signal(SIGHUP);
  running->signal(SIGINT);
  // This one is heard, so the others would have been.
  running->signal(SIGUSR1);
  REQUIRE(await(
    [&] { return running->out().find("{\"p\":true}") != std::string::npos; }));
  supervisor.folder().write("end", "");
  const auto done = running->wait();
  CHECK(done.exit_code == 0);
  CHECK(done.err.empty());
}

TEST_CASE("the third signal ends a run whose output nobody reads") {
  const program supervisor;
  std::string jobs;
  for (int i = 0; i < 2'000; ++i)
    jobs += job_line("p", "sql", {{"statements", {"select 1"}}});
  supervisor.folder().write("jobs.jsonl", jobs);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const auto running = supervisor.start_script(
    "exec $S run jobs.jsonl > /proc/" + std::to_string(getpid()) + "/fd/"
    + std::to_string(ends[1]));
  // Until there is no room for a further line in the pipe.
  REQUIRE(await([&] {
    int filled = 0;
    return ioctl(ends[0], FIONREAD, &filled) == 0 && filled > 61'000;
  }));
  REQUIRE(await([&] {
    running->signal(SIGTERM);
    return running->has_ended();
  }));
  CHECK(running->wait().exit_code == 128 + SIGTERM);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("jobs are run when errors cannot be written") {
  const auto* const errors = GENERATE("2>&-", "2>/dev/full");
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            "nonsense\n" + command_job("p", {"touch", "done"}));
  const auto done = supervisor.run_script(
    std::string{"exec $S run --keep-going jobs.jsonl "} + errors);
  CHECK(done.exit_code == 1);
  CHECK(without_time(done.out).ends_with(
    "1 project, 1 job: 1 succeeded, 0 failed, 0 cancelled, 1 bad line "
    "skipped\n"));
  CHECK(exists(supervisor, "done"));
}

TEST_CASE("no file gets the number of a stream that is closed") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            script_job("p", "echo out; echo error >&2"));
  const auto done = supervisor.run_script("exec $S run jobs.jsonl <&- >&-");
  CHECK(done.exit_code == 1);
  CHECK(done.err
        == "foreman-supervisor: standard output cannot be written: Bad file "
           "descriptor\n");
  CHECK(content_of(supervisor.folder() / "foreman-logs/1-p.log")
        == "out\nerror\n");
  CHECK(supervisor.run_script("exec $S run - <&-").err
        == "foreman-supervisor: cannot read -: Bad file descriptor\n");
}

TEST_CASE("standard input is read from where it is") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            "not for us\n" + command_job("p", {"true"}));
  const auto done
    = supervisor.run_script("{ read x; exec $S run --quiet -; } < jobs.jsonl");
  INFO(done.err);
  CHECK(done.exit_code == 0);
}

TEST_CASE("where descriptors run out jobs fail, and nothing is mixed up") {
  const program supervisor;
  std::string jobs;
  for (int i = 0; i < 200; ++i)
    jobs += command_job("p" + std::to_string(i % 20),
                        {"printf", "%s%s", "mi", "xed"});
  supervisor.folder().write("jobs.jsonl", jobs);
  for (const auto* limit : {"20", "24", "28", "32", "40", "50", "64"}) {
    INFO(limit);
    const auto done = supervisor.run_script(
      std::string{"ulimit -n "} + limit + "; exec $S run --quiet jobs.jsonl");
    INFO(done.out << done.err);
    CHECK((done.out + done.err).find("mixed") == std::string::npos);
    CHECK(done.exit_code <= 2);
    CHECK((done.exit_code == 2) == done.out.empty());
  }
}

} // namespace foreman::test
