#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace foreman::test {

/// Runs `f` in a child process, for what ends or limits a process. Call it
/// while this process has one thread. `f` returns the exit code; returned is
/// the status as `waitpid` gives it.
template <class F>
int in_child(F f) {
  const auto pid = fork();
  if (pid == 0) {
    std::signal(SIGABRT, SIG_DFL); // not the test framework's
    alarm(60); // a child that hangs fails, and does not stay
    std::_Exit(f());
  }
  int status = -1;
  waitpid(pid, &status, 0);
  return status;
}

/// Whether `status` is that of a child that left with `code`.
inline bool left_with(int status, int code) {
  return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

} // namespace foreman::test
