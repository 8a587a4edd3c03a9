// It runs in a fork of a program with threads, so it may only call what is
// async-signal-safe: no memory is allocated, and nothing is locked.

#include "keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace supervisor {

namespace {

// Where the keeper has its socket, behind the streams of the program.
constexpr int keeper_socket = 3;

[[noreturn]] void report(int socket, program_end::what how, int number) {
  const program_end end{how, number};
  (void) send(socket, &end, sizeof end, MSG_NOSIGNAL);
  _exit(0);
}

// Lays the descriptors where the program and the keeper expect them, and closes
// all others: sessions of databases, and the sockets of other keepers. The
// program must not begin with one that belongs to somebody else.
void lay(const keeper_descriptors& with) {
  if (dup2(with.input, STDIN_FILENO) < 0 || dup2(with.output, STDOUT_FILENO) < 0
      || dup2(with.errors, STDERR_FILENO) < 0
      || dup2(with.socket, keeper_socket) < 0
      || close_range(keeper_socket + 1, ~0U, 0) != 0)
    report(with.socket, program_end::what::not_started, errno);
}

[[noreturn]] void become(const prepared_call& what, pid_t keeper) {
  setpgid(0, 0);
  // If only the keeper is killed, nobody else would end the program. The check
  // closes the race with a keeper that was killed before.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != keeper)
    _exit(127);
  for (int signal = 1; signal <= SIGRTMAX; ++signal)
    ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  fcntl(keeper_socket, F_SETFD, FD_CLOEXEC);
  if (chdir(what.directory) == 0)
    execve(what.program, what.arguments, what.environment);
  report(keeper_socket, program_end::what::not_started, errno);
}

// Something to read when a child has ended.
int child_events() {
  sigset_t ended;
  sigemptyset(&ended);
  sigaddset(&ended, SIGCHLD);
  return signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK);
}

// Reaps what has ended of all that the program started and left to the keeper.
// Returns whether the program itself has ended, which is not reaped: until it
// is, its number is nobody else's.
bool has_ended(pid_t program, int events) {
  signalfd_siginfo ignored{};
  while (read(events, &ignored, sizeof ignored) > 0)
    ;
  for (;;) {
    siginfo_t child{};
    if (waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) != 0
        || child.si_pid == 0)
      return false;
    if (child.si_pid == program)
      return true;
    waitpid(child.si_pid, nullptr, 0);
  }
}

// Returns when the program has ended, or shall.
void attend(pid_t program, int events) {
  std::array<pollfd, 2> sources{
    {{keeper_socket, POLLIN, 0}, {events, POLLIN, 0}}};
  for (;;) {
    if (poll(sources.data(), sources.size(), -1) < 0)
      continue;
    if (sources[1].revents != 0 && has_ended(program, events))
      return;
    if (sources[0].revents == 0)
      continue;
    keeper_order asked{};
    const auto length = recv(keeper_socket, &asked, sizeof asked, MSG_DONTWAIT);
    if (length != sizeof asked || asked != keeper_order::ask_to_end)
      return; // told to kill, or nobody is there any more
    ::kill(-program, SIGTERM);
  }
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
    bool any = false;
    pid_t child = 0;
    for (ssize_t i = 0; i < length; ++i) {
      const char c = text[static_cast<std::size_t>(i)];
      if (c >= '0' && c <= '9') {
        child = child * 10 + (c - '0');
      } else if (child != 0) {
        any |= ::kill(child, SIGKILL) == 0;
        child = 0;
      }
    }
    // Do not wait for what was not killed: where the kernel has no such list,
    // or where it is another user's, by a program such as sudo.
    const pid_t ended = waitpid(-1, nullptr, any ? 0 : WNOHANG);
    if (ended == 0 || (ended < 0 && errno != EINTR))
      return;
  }
}

} // namespace

void keep(const prepared_call& what, keeper_descriptors with) {
  lay(with);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  setsid(); // a Ctrl-C in the terminal is for the supervisor, and its input too
  const int events = child_events();
  if (events < 0)
    report(keeper_socket, program_end::what::not_started, errno);
  const pid_t self = getpid();
  const pid_t program = _Fork();
  if (program < 0)
    report(keeper_socket, program_end::what::not_started, errno);
  if (program == 0)
    become(what, self);
  setpgid(program, program); // whoever of the two comes first
  // The pipes belong to the program: their readers wait for its end.
  close(STDOUT_FILENO);
  close(STDERR_FILENO);
  attend(program, events);
  ::kill(-program, SIGKILL);
  int status = 0;
  pid_t reaped = 0;
  do
    reaped = waitpid(program, &status, 0);
  while (reaped < 0 && errno == EINTR);
  kill_children();
  if (reaped != program)
    report(keeper_socket, program_end::what::lost, errno);
  if (WIFEXITED(status))
    report(keeper_socket, program_end::what::exited, WEXITSTATUS(status));
  report(keeper_socket, program_end::what::killed, WTERMSIG(status));
}

} // namespace supervisor
