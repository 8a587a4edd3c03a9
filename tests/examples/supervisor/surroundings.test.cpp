// What foreman-supervisor finds when it begins: signals that are ignored,
// streams that are closed or lead nowhere, limits.

#include "jobs.hpp"
#include "program.hpp"
#include "support/await.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

namespace foreman::test {

namespace {

const std::string many_jobs = [] {
  std::string result;
  for (int i = 0; i < 2'000; ++i)
    result += job_line("p", "sql", {{"statements", {"select 1"}}});
  return result;
}();

// A pipe that this process reads, or does not.
class pipe_ends {
public:
  pipe_ends() {
    if (pipe2(ends_, O_CLOEXEC) != 0)
      throw std::system_error{errno, std::generic_category(), "pipe"};
  }

  ~pipe_ends() {
    close(ends_[0]);
    close(ends_[1]);
  }

  pipe_ends(const pipe_ends&) = delete;
  pipe_ends& operator=(const pipe_ends&) = delete;

  // How another process opens its end to write.
  std::string path() const {
    return fmt::format("/proc/{}/fd/{}", getpid(), ends_[1]);
  }

  int filled() const {
    int result = 0;
    ioctl(ends_[0], FIONREAD, &result);
    return result;
  }

  // Whether there is no room for a further line.
  bool is_full() const {
    return filled() > 61'000;
  }

  // Leaves no room for one.
  void fill() const {
    const std::string text(1'024, ' ');
    REQUIRE(fcntl(ends_[1], F_SETFL, O_NONBLOCK) == 0);
    for (const auto length : {text.size(), std::size_t{1}})
      while (write(ends_[1], text.data(), length) > 0)
        ;
  }

  std::string read() const {
    std::array<char, 65'536> buffer;
    const auto length = ::read(ends_[0], buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(length)};
  }

private:
  int ends_[2] = {};
};

// Runs jobs.jsonl with that as its output.
std::unique_ptr<running_process>
run_into(const pipe_ends& output, const program& supervisor, int flags = 0) {
  // Opened anew, it has flags of its own.
  const int to = open(output.path().c_str(), O_WRONLY | flags);
  REQUIRE(to >= 0);
  auto result
    = supervisor.start_script(fmt::format("exec $S run jobs.jsonl >&{}", to));
  close(to);
  return result;
}

// Whether the first thread of a process sleeps in writing to a pipe.
bool is_blocked_in_write(pid_t process) {
  const auto call = content_of(fmt::format("/proc/{}/syscall", process));
  return call.starts_with(fmt::format("{} ", SYS_write));
}

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
  supervisor.folder().write("jobs.jsonl", many_jobs);
  const pipe_ends output;
  const auto running = run_into(output, supervisor);
  REQUIRE(await([&] { return output.is_full(); }));
  REQUIRE(await([&] {
    running->signal(SIGTERM);
    return running->has_ended();
  }));
  const auto done = running->wait();
  INFO(done.err);
  CHECK(done.exit_code == 128 + SIGTERM);
}

TEST_CASE("a signal that comes too late changes nothing") {
  const auto signal = GENERATE(SIGUSR1, SIGTERM);
  const program supervisor;
  supervisor.folder().write(
    "jobs.jsonl", script_job("p", "while ! [ -e end ]; do sleep 0.01; done"));
  const pipe_ends output;
  const auto running = run_into(output, supervisor);
  REQUIRE(await([&] { return output.filled() > 0; }));
  output.fill();
  supervisor.folder().write("end", "");
  // It hangs in the line that says that its only job has ended.
  REQUIRE(await([&] { return is_blocked_in_write(running->id()); }));
  running->signal(signal);
  std::string shown;
  while (shown.find("1 project, 1 job: 1 succeeded") == std::string::npos)
    shown += output.read();
  CHECK(running->wait().exit_code == 0);
}

TEST_CASE("all is shown on an output that does not wait for its reader") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl", many_jobs);
  const pipe_ends output;
  const auto running = run_into(output, supervisor, O_NONBLOCK);
  REQUIRE(await([&] { return output.is_full(); }));
  std::string shown;
  while (shown.find("1 project, 2000 jobs: 2000 succeeded")
         == std::string::npos)
    shown += output.read();
  CHECK(running->wait().exit_code == 0);
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

TEST_CASE("jobs are run when what is wrong with the others cannot be shown") {
  const program supervisor;
  supervisor.folder().write("jobs.jsonl",
                            "nonsense\n" + command_job("p", {"touch", "done"}));
  const auto done = supervisor.run_script(
    "exec $S run --json --keep-going jobs.jsonl > /dev/full");
  CHECK(done.exit_code == 1);
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
  for (int i = 0; i < 100; ++i)
    jobs += command_job("p" + std::to_string(i % 20),
                        {"printf", "%s%s", "mi", "xed"});
  supervisor.folder().write("jobs.jsonl", jobs);
  for (const auto* limit :
       {"5", "6", "8", "12", "16", "20", "24", "28", "40"}) {
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
