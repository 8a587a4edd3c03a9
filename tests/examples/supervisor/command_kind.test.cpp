#include "jobs.hpp"
#include "program.hpp"
#include "pseudo_terminal.hpp"
#include "support/await.hpp"
#include "support/process_tree.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

namespace foreman::test {

namespace {

namespace fs = std::filesystem;

// Runs one job; its project is p, and its id 1.
process_result run_job(const program& supervisor, const std::string& job) {
  return supervisor.run_jobs(job);
}

std::string log_of(const program& supervisor, const std::string& name = "1-p") {
  return content_of(supervisor.folder() / "foreman-logs/" + name + ".log");
}

// The error of the only job.
std::string error_of(const process_result& done) {
  const std::string prefix = "jobs.jsonl:1: p command: ";
  const auto at = done.out.find(prefix);
  return at == std::string::npos
    ? done.out + done.err
    : done.out.substr(at + prefix.size(),
                      done.out.size() - at - prefix.size() - 1);
}

// Writes `to` for the first `from`, if there is one.
void replace(std::string& text, const std::string& from, const char* to) {
  if (const auto at = text.find(from); at != std::string::npos)
    text.replace(at, from.size(), to);
}

// The process whose number a file holds.
pid_t process_in(const program& supervisor, const std::string& file) {
  const auto path = supervisor.folder() / file;
  REQUIRE(await(
    [&] { return fs::exists(path) && content_of(path).ends_with("\n"); }));
  return std::stoi(content_of(path));
}

bool ends(pid_t process) {
  return await([&] { return process_facts{process}.has_ended(); });
}

} // namespace

TEST_CASE("a command gets its arguments as they are, no shell reads them") {
  const program supervisor;
  const auto done = run_job(
    supervisor,
    command_job("p", {"printf", "%s\n", "$HOME; ls *", "", "ü'\"\\"}));
  CHECK(done.exit_code == 0);
  CHECK(log_of(supervisor) == "$HOME; ls *\n\nü'\"\\\n");
}

TEST_CASE("a command runs in its folder, with its variables and no input") {
  const program supervisor;
  fs::create_directory(supervisor.folder() / "sub");
  const auto done
    = run_job(supervisor,
              script_job("p", "pwd; echo $A $B; cat",
                         {{"directory", "sub"},
                          {"environment", {{"A", "1"}, {"B", "x y"}}}}));
  CHECK(done.exit_code == 0);
  CHECK(log_of(supervisor) == (supervisor.folder() / "sub") + "\n1 x y\n");
}

TEST_CASE("a command inherits variables, but no password of a database") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", command_job("p", {"env"}));
  const auto done
    = supervisor.run({"jobs.jsonl", "--database=other=sqlite:x"},
                     {"FOREMAN_PASSWORD_MAIN=geheim", "SOMETHING=else"});
  CHECK(done.exit_code == 0);
  CHECK_THAT(log_of(supervisor),
             Catch::Matchers::Contains("SOMETHING=else\n")
               && !Catch::Matchers::Contains("geheim"));
}

TEST_CASE("a command that fails says how, with the end of its standard error") {
  const std::string log = "; log LOG";
  struct failed {
    std::string job;
    std::string error;
  };
  const std::vector<failed> all{
    {script_job("p", "echo out; echo bad >&2; exit 3"),
     "\"sh\" ended with exit code 3; standard error ends: \"bad\"" + log},
    {command_job("p", {"false"}), "\"false\" ended with exit code 1" + log},
    {script_job("p", "kill -9 $$"),
     "\"sh\" was ended by signal 9 (Killed)" + log},
    {command_job("p", {"nonesuch"}),
     "there is no program \"nonesuch\" in PATH; install it, or give its path"},
    {command_job("p", {"./nonesuch"}),
     "\"./nonesuch\" could not be started: No such file or directory" + log},
    {command_job("p", {"/"}),
     "\"/\" could not be started: Permission denied" + log},
    {command_job("p", {"true"}, {{"directory", "nowhere"}}),
     "FOLDER/nowhere is no folder; the program runs in \"directory\", which "
     "counts "
     "from --data"},
    {command_job("p", {"sleep", "1000"}, {{"timeout_seconds", 0.05}}),
     "\"sleep\" took longer than 0.05 s and was ended" + log},
  };
  for (const auto& [job, error] : all) {
    const program supervisor;
    const auto done = run_job(supervisor, job);
    CHECK(done.exit_code == 1);
    auto shown = error_of(done);
    replace(shown, supervisor.folder() / "foreman-logs/1-p.log", "LOG");
    replace(shown, supervisor.folder() / "", "FOLDER/");
    CHECK(shown == error);
  }
}

TEST_CASE("the outcome shows the last kilobyte of standard error, not more") {
  const program supervisor;
  const auto done
    = run_job(supervisor, script_job("p", "seq 100000 >&2; exit 1"));
  const auto error = error_of(done);
  CHECK(error.find("99999\\n100000\"") != std::string::npos);
  CHECK(error.size() < 1'500);
  CHECK(log_of(supervisor).size() == 588'895);
}

TEST_CASE("all that a command started ends with it") {
  const program supervisor;
  const auto done = run_job(supervisor,
                            script_job("p",
                                       "sleep 1000 & echo $! > group;"
                                       "setsid sh -c 'echo $$ > session; "
                                       "sleep 1000; true' & "
                                       "while ! [ -s session ]; do :; done"));
  CHECK(done.exit_code == 0);
  CHECK(process_facts{process_in(supervisor, "group")}.has_ended());
  CHECK(process_facts{process_in(supervisor, "session")}.has_ended());
}

TEST_CASE("all that a command started ends when the supervisor is killed") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            script_job("p",
                                       "trap '' TERM INT HUP; echo $$ > shell;"
                                       "setsid sh -c 'trap \"\" TERM HUP;"
                                       "echo $$ > session; sleep 1000; true' &"
                                       "sleep 1000; true"));
  const auto running = supervisor.start({"run", "jobs.jsonl"});
  const auto shell = process_in(supervisor, "shell");
  const auto session = process_in(supervisor, "session");
  CHECK_FALSE(process_facts{shell}.has_ended());
  running->signal(SIGKILL);
  CHECK(running->wait().exit_code == 128 + SIGKILL);
  CHECK(ends(shell));
  CHECK(ends(session));
}

TEST_CASE("a command ends when its keeper is killed, and its job says so") {
  const program supervisor;
  supervisor.folder().write(
    "jobs.jsonl", script_job("p", "echo $$ > shell; exec sleep 1000"));
  const auto running = supervisor.start({"run", "--quiet", "jobs.jsonl"});
  const auto shell = process_in(supervisor, "shell");
  const auto keeper = process_facts{shell}.parent;
  REQUIRE(process_facts{keeper}.parent == running->id());
  kill(keeper, SIGKILL);
  const auto done = running->wait();
  CHECK(done.exit_code == 1);
  CHECK_THAT(done.out,
             Catch::Matchers::Contains(
               "\"sh\" was lost: the process that kept it was killed"));
  CHECK(ends(shell));
}

TEST_CASE("a command that ignores SIGTERM is killed after its timeout") {
  const program supervisor;
  const auto done = run_job(supervisor,
                            script_job("p",
                                       "trap '' TERM; echo $$ > shell; "
                                       "while :; do sleep 0.05; done",
                                       {{"timeout_seconds", 0.05}}));
  CHECK(done.exit_code == 1);
  CHECK_THAT(error_of(done),
             Catch::Matchers::StartsWith(
               "\"sh\" took longer than 0.05 s and was ended"));
  CHECK(process_facts{process_in(supervisor, "shell")}.has_ended());
}

TEST_CASE("a log stops at its bound and says what is missing") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            script_job("a/../b c", "printf 0123456789"));
  const auto done = supervisor.run({"jobs.jsonl", "--log-limit=4"});
  CHECK(done.exit_code == 0);
  CHECK(log_of(supervisor, "1-a_.._b_c")
        == "0123\n[foreman-supervisor: 6 bytes more were dropped]\n");
}

TEST_CASE("a log that cannot be written fails the job with what to do") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", command_job("p", {"true"}));
  supervisor.folder().write("file", "");
  const auto done = supervisor.run({"jobs.jsonl", "--logs=file"});
  CHECK(done.exit_code == 1);
  CHECK(error_of(done)
        == "cannot write the log " + (supervisor.folder() / "file/1-p.log")
          + ": Not a directory; --logs=DIR names another folder");
}

TEST_CASE("an output that the disk does not take fails the job") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", command_job("p", {"seq", "100000"}));
  // 1 MB at most of any file. The streams of this test are far smaller.
  const auto done
    = supervisor.run_script("ulimit -f 200; exec $S run --quiet jobs.jsonl");
  CHECK(done.exit_code == 1);
  CHECK_THAT(error_of(done),
             Catch::Matchers::StartsWith(
               "\"seq\" succeeded, but not all that it wrote could be kept: "
               "File too large"));
}

TEST_CASE("a second run leaves the logs of the first as they are") {
  const program supervisor;
  for (const auto* word : {"first", "second", "third"})
    CHECK(run_job(supervisor, command_job("p", {"echo", word})).exit_code == 0);
  CHECK(log_of(supervisor) == "first\n");
  CHECK(log_of(supervisor, "1-p.2") == "second\n");
  CHECK(log_of(supervisor, "1-p.3") == "third\n");
}

TEST_CASE("a command has no terminal, even if the supervisor has") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            script_job("p", "(: < /dev/tty) 2>/dev/null"));
  const auto shown
    = run_on_terminal({FOREMAN_SUPERVISOR, "run", "--quiet", "jobs.jsonl"},
                      supervisor.folder().path(), 80, 24);
  CHECK_THAT(shown, Catch::Matchers::Contains("0 succeeded, 1 failed"));
}

TEST_CASE("what a command leaves behind is reaped while it runs") {
  const program supervisor;
  // The shell waits until it is the only child of its parent, the keeper.
  const auto done = run_job(
    supervisor,
    script_job("p",
               "for i in 1 2 3 4 5; do (true &); done; "
               "while [ \"$(cat /proc/$PPID/task/$PPID/children)\" != "
               "\"$$ \" ]; do sleep 0.01; done",
               {{"timeout_seconds", 30}}));
  INFO(done.out);
  CHECK(done.exit_code == 0);
}

TEST_CASE("what ended while the supervisor slept was not late") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            script_job("p",
                                       "echo $$ > shell; "
                                       "while ! [ -e go ]; do :; done",
                                       {{"timeout_seconds", 2}}));
  const auto running = supervisor.start({"run", "--quiet", "jobs.jsonl"});
  const auto shell = process_in(supervisor, "shell");
  const auto started = std::chrono::steady_clock::now();
  running->signal(SIGSTOP);
  supervisor.folder().write("go", "");
  CHECK(ends(shell));
  CHECK(await([&] {
    return std::chrono::steady_clock::now() - started > std::chrono::seconds{3};
  }));
  running->signal(SIGCONT);
  const auto done = running->wait();
  CHECK(done.exit_code == 0);
  CHECK_THAT(done.out, Catch::Matchers::Contains("1 succeeded"));
}

TEST_CASE("a program is looked for from where it runs") {
  const program supervisor;
  fs::create_directories(supervisor.folder() / "sub/bin");
  fs::copy_file("/bin/true", supervisor.folder() / "sub/bin/here");
  const auto done = run_job(
    supervisor,
    command_job("p", {"here"},
                {{"directory", "sub"}, {"environment", {{"PATH", "bin"}}}}));
  INFO(done.out);
  CHECK(done.exit_code == 0);
}

TEST_CASE("commands of many projects run side by side, none is mixed up") {
  const program supervisor;
  std::string jobs;
  for (int i = 1; i <= 200; ++i)
    jobs += script_job("p" + std::to_string(i % 10),
                       "echo " + std::to_string(i) + "; echo x >&2");
  const auto done = supervisor.run_jobs(jobs);
  CHECK(done.exit_code == 0);
  for (int i = 1; i <= 200; ++i)
    CHECK_THAT(
      log_of(supervisor, std::to_string(i) + "-p" + std::to_string(i % 10)),
      Catch::Matchers::Contains(std::to_string(i) + "\n"));
}

} // namespace foreman::test
