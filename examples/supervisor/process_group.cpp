#include "process_group.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace supervisor {

namespace {

enum class order : char { ask_to_end, kill };

// -- in the keeper ------------------------------------------------------------
//
// It is a fork of a program with threads, so it may only call what is
// async-signal-safe: no memory is allocated, and nothing is locked.

// Where the keeper has its socket.
constexpr int keeper_socket = 3;

[[noreturn]] void report(program_end::what how, int number) {
  const program_end end{how, number};
  (void) send(keeper_socket, &end, sizeof end, MSG_NOSIGNAL);
  _exit(0);
}

// What is prepared before the fork.
struct prepared_call {
  const char* program;
  const char* directory;
  char* const* arguments;
  char* const* environment;
};

[[noreturn]] void become(const prepared_call& what, pid_t keeper) {
  setpgid(0, 0);
  // If only the keeper is killed, nobody else would end the program. The check
  // closes the race with a keeper that was killed before.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != keeper)
    _exit(127);
  for (int signal = 1; signal < SIGRTMIN; ++signal)
    ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  fcntl(keeper_socket, F_SETFD, FD_CLOEXEC);
  if (chdir(what.directory) == 0)
    execve(what.program, what.arguments, what.environment);
  report(program_end::what::not_started, errno);
}

// Kills the children of this process until there are none: a child of a killed
// one becomes a child of this process.
void kill_children() {
  std::array<char, 4096> text;
  for (;;) {
    const int children
      = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    const auto length
      = children < 0 ? 0 : read(children, text.data(), text.size());
    close(children);
    pid_t child = 0;
    for (ssize_t i = 0; i < length; ++i) {
      const char c = text[static_cast<std::size_t>(i)];
      if (c >= '0' && c <= '9') {
        child = child * 10 + (c - '0');
      } else if (child != 0) {
        ::kill(child, SIGKILL);
        child = 0;
      }
    }
    // Where the kernel has no such list, do not wait for what was not killed.
    const pid_t ended = waitpid(-1, nullptr, length > 0 ? 0 : WNOHANG);
    if (ended == 0 || (ended < 0 && errno != EINTR))
      return;
  }
}

[[noreturn]] void keep(const prepared_call& what) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  setpgid(0, 0); // a Ctrl-C in the terminal is for the supervisor
  const pid_t self = getpid();
  const pid_t program = _Fork();
  if (program < 0)
    report(program_end::what::not_started, errno);
  if (program == 0)
    become(what, self);
  setpgid(program, program); // whoever of the two comes first
  // The pipes belong to the program: their readers wait for its end.
  close(STDOUT_FILENO);
  close(STDERR_FILENO);
  const auto watched = static_cast<int>(syscall(SYS_pidfd_open, program, 0));
  if (watched < 0) { // a kernel before 5.3
    const int why = errno;
    ::kill(program, SIGKILL);
    report(program_end::what::not_started, why);
  }
  std::array<pollfd, 2> sources{
    {{keeper_socket, POLLIN, 0}, {watched, POLLIN, 0}}};
  for (;;) {
    if (poll(sources.data(), sources.size(), -1) < 0)
      continue;
    if (sources[1].revents != 0)
      break;
    order asked{};
    const auto length = recv(keeper_socket, &asked, sizeof asked, MSG_DONTWAIT);
    if (length == sizeof asked && asked == order::ask_to_end)
      ::kill(-program, SIGTERM);
    else
      break; // told to kill, or nobody is there any more
  }
  // Its number cannot be another process' yet: it is not reaped.
  ::kill(-program, SIGKILL);
  int status = 0;
  while (waitpid(program, &status, 0) < 0 && errno == EINTR)
    ;
  kill_children();
  if (WIFEXITED(status))
    report(program_end::what::exited, WEXITSTATUS(status));
  report(program_end::what::killed, WTERMSIG(status));
}

// Lays the descriptors where the program and the keeper expect them, and closes
// all others: sessions of databases, and the sockets of other keepers.
void lay_descriptors(int output, int errors, int socket) {
  // Away from where they shall be.
  const int high_output = fcntl(output, F_DUPFD, 10);
  const int high_errors = fcntl(errors, F_DUPFD, 10);
  const int high_socket = fcntl(socket, F_DUPFD, 10);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(high_output, STDOUT_FILENO);
  dup2(high_errors, STDERR_FILENO);
  dup2(high_socket, keeper_socket);
  close_range(keeper_socket + 1, ~0U, 0);
}

// -- in this process ----------------------------------------------------------

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

struct two_ends {
  descriptor ours;
  descriptor theirs;
};

two_ends make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    fail("cannot make a pipe");
  two_ends result{descriptor{ends[0]}, descriptor{ends[1]}};
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return result;
}

two_ends make_socket() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    fail("cannot make a socket");
  return {descriptor{ends[0]}, descriptor{ends[1]}};
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& x : texts)
    result.push_back(const_cast<char*>(x.c_str())); // as exec wants it
  result.push_back(nullptr);
  return result;
}

void send_order(int socket, order what) {
  (void) send(socket, &what, sizeof what, MSG_NOSIGNAL);
}

} // namespace

process_group::process_group(const program_call& what) {
  auto output = make_pipe();
  auto errors = make_pipe();
  auto socket = make_socket();
  const auto arguments = pointers_to(what.arguments);
  const auto environment = pointers_to(what.environment);
  const prepared_call prepared{what.program.c_str(), what.directory.c_str(),
                               arguments.data(), environment.data()};
  // No signal handler of the program may run in the fork.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  keeper_process_ = _Fork();
  if (keeper_process_ == 0) {
    lay_descriptors(output.theirs.number(), errors.theirs.number(),
                    socket.theirs.number());
    keep(prepared);
  }
  const int failed = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = failed;
  if (keeper_process_ < 0)
    fail("cannot start a process");
  output_ = std::move(output.ours);
  errors_ = std::move(errors.ours);
  keeper_ = std::move(socket.ours);
}

process_group::~process_group() {
  keeper_.close(); // it ends all that still runs, and itself
  while (waitpid(keeper_process_, nullptr, 0) < 0 && errno == EINTR)
    ;
}

void process_group::ask_to_end() {
  send_order(keeper_.number(), order::ask_to_end);
}

void process_group::kill() {
  send_order(keeper_.number(), order::kill);
}

program_end process_group::wait() {
  program_end result{program_end::what::lost};
  while (recv(keeper_.number(), &result, sizeof result, 0) < 0
         && errno == EINTR)
    ;
  return result;
}

std::optional<std::string>
find_program(const std::string& program,
             const std::vector<std::string>& environment) {
  if (program.find('/') != std::string::npos)
    return program;
  constexpr std::string_view name = "PATH=";
  std::string_view path = "/usr/local/bin:/usr/bin:/bin";
  for (const std::string_view x : environment)
    if (x.starts_with(name))
      path = x.substr(name.size());
  while (!path.empty()) {
    const auto folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    const auto candidate = std::filesystem::path{folder} / program;
    std::error_code failed;
    if (!folder.empty() && std::filesystem::is_regular_file(candidate, failed)
        && access(candidate.c_str(), X_OK) == 0)
      return candidate.string();
  }
  return std::nullopt;
}

} // namespace supervisor
