#include "jobs.hpp"
#include "program.hpp"
#include "support/await.hpp"
#include "support/process_tree.hpp"

#include <csignal>
#include <filesystem>

namespace foreman::test {

namespace {

using nlohmann::json;

// Waits until the supervisor has printed or complained of `text`.
void wait_for(const running_process& supervisor, const std::string& text) {
  INFO(text);
  REQUIRE(await([&] {
    return (supervisor.out() + supervisor.err()).find(text)
      != std::string::npos;
  }));
}

// A job that runs until the file `name` is there, and one behind it.
std::string job_until(const std::string& project, const std::string& name) {
  return script_job(project, "while ! [ -e " + name + " ]; do sleep 0.01; done")
    + command_job(project, {"true"});
}

const std::string stuck_job = script_job("stuck",
                                         "trap '' TERM; echo $$ > stuck.pid; "
                                         "while :; do sleep 0.05; done");

} // namespace

TEST_CASE("SIGUSR1 prints which projects run, as JSON") {
  const program supervisor;
  supervisor.folder().write(
    "jobs.jsonl", job_until("a", "end") + job_until("ü \"b\"", "end"));
  const auto running = supervisor.start({"run", "--workers=1", "jobs.jsonl"});
  wait_for(*running, "starts");
  running->signal(SIGUSR1);
  wait_for(*running, json{{"a", true}, {"ü \"b\"", false}}.dump() + "\n");
  supervisor.folder().write("end", "");
  CHECK(running->wait().exit_code == 0);
}

TEST_CASE("the first signal to end lets all jobs finish") {
  const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP);
  INFO(signal);
  const program supervisor;
  const auto running = supervisor.start({"run", "-", "--follow"});
  running->write(job_until("p", "end"));
  wait_for(*running, "starts");
  running->signal(signal);
  wait_for(*running,
           "1 running and 1 waiting may finish within 60 s; once "
           "more to cancel them");
  // Nobody reads it any more.
  running->write(command_job("p", {"touch", "late"}));
  supervisor.folder().write("end", "");
  const auto done = running->wait();
  CHECK(done.exit_code == 0);
  CHECK(done.out.find("1 project, 2 jobs: 2 succeeded") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(supervisor.folder() / "late"));
}

TEST_CASE("the second signal to end cancels what runs and waits") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", job_until("p", "end"));
  const auto running = supervisor.start({"run", "jobs.jsonl"});
  wait_for(*running, "starts");
  running->signal(SIGTERM);
  wait_for(*running, "once more to cancel them");
  running->signal(SIGINT);
  const auto done = running->wait();
  CHECK(done.exit_code == 1);
  CHECK_THAT(
    done.out,
    Catch::Matchers::Contains("2 jobs: 0 succeeded, 0 failed, 2 cancelled")
      && Catch::Matchers::Contains(
        "jobs.jsonl:1: p command: the job stopped when it was asked to\n")
      && Catch::Matchers::Contains("jobs.jsonl:2: p command: job 2 of p was "
                                   "cancelled before it started\n"));
}

TEST_CASE("the third signal to end aborts, and leaves no process behind") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", stuck_job);
  const auto running = supervisor.start({"run", "jobs.jsonl"});
  const auto stuck = supervisor.folder() / "stuck.pid";
  REQUIRE(await([&] {
    return std::filesystem::exists(stuck) && content_of(stuck).ends_with("\n");
  }));
  for (const auto* said : {"to cancel them", "to abort"}) {
    running->signal(SIGINT);
    wait_for(*running, said);
  }
  running->signal(SIGINT);
  CHECK(running->wait().exit_code == 128 + SIGINT);
  CHECK(await(
    [&] { return process_facts{std::stoi(content_of(stuck))}.has_ended(); }));
}

TEST_CASE("what does not finish within the drain is cancelled") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", job_until("p", "end"));
  const auto running = supervisor.start({"run", "--drain=1", "jobs.jsonl"});
  wait_for(*running, "starts");
  running->signal(SIGTERM);
  const auto done = running->wait();
  CHECK(done.exit_code == 1);
  CHECK_THAT(done.out, Catch::Matchers::Contains("2 jobs: 0 succeeded"));
}

TEST_CASE("a drain of no time counts every job once") {
  const program supervisor;
  std::string jobs;
  for (int i = 0; i < 300; ++i)
    jobs += command_job("p" + std::to_string(i), {"true"});
  supervisor.folder().write("jobs.jsonl", jobs);
  for (int i = 0; i < 10; ++i) {
    const auto running = supervisor.start({"run", "--drain=0", "jobs.jsonl"});
    wait_for(*running, "starts");
    running->signal(SIGTERM);
    const auto done = running->wait();
    INFO(done.out << done.err);
    CHECK(done.exit_code <= 1);
    CHECK(done.out.find("300 projects, 300 jobs: ") != std::string::npos);
  }
}

TEST_CASE("a job that does not end in time is left behind, and said so") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", stuck_job);
  const auto running = supervisor.start({"run", "--drain=0", "jobs.jsonl"});
  const auto stuck = supervisor.folder() / "stuck.pid";
  REQUIRE(await([&] {
    return std::filesystem::exists(stuck) && content_of(stuck).ends_with("\n");
  }));
  running->signal(SIGTERM);
  const auto done = running->wait();
  CHECK(done.exit_code == 1);
  CHECK_THAT(done.err,
             Catch::Matchers::Contains(
               "job 1 of stuck does not end; it is left behind"));
  CHECK(await(
    [&] { return process_facts{std::stoi(content_of(stuck))}.has_ended(); }));
}

} // namespace foreman::test
