#pragma once

#include "descriptor.hpp"
#include "keeper.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace supervisor {

/// What is to be run, without a shell.
struct program_call {
  /// A path; a relative one counts from `directory`.
  std::string program;
  /// The program's own name first, as a program expects it.
  std::vector<std::string> arguments;
  std::filesystem::path directory;
  /// `NAME=VALUE` each; the program gets no other.
  std::vector<std::string> environment;
};

/// A program that runs in a process group of its own, without a terminal. All
/// that it started ends with it, and all of it with this object, or with this
/// process, however that ends.
///
/// How: a *keeper*, a fork of this process, starts the program and waits for
/// it. It is the subreaper of all that the program starts, so that what leaves
/// the process group is its child in the end. It ends all of them when the
/// program has ended, or when the socket to this process is closed. The kernel
/// closes that even on SIGKILL. If the keeper alone is killed, the kernel kills
/// the program; what that had started may then stay.
class process_group {
public:
  /// Requires that SIGCHLD is not ignored. Throws `std::system_error` if the
  /// system refuses what is needed for it.
  explicit process_group(const program_call& what);

  ~process_group();
  process_group(const process_group&) = delete;
  process_group& operator=(const process_group&) = delete;

  /// What the program writes; reading never blocks. There is no more to come
  /// when it has ended and reading gives nothing.
  int output() const noexcept {
    return output_.number();
  }

  int errors() const noexcept {
    return errors_.number();
  }

  /// Becomes readable when the program has ended.
  int ended() const noexcept {
    return keeper_.number();
  }

  /// Asks the group to end, by SIGTERM.
  void ask_to_end();

  /// Ends all that it started, by SIGKILL.
  void kill();

  /// Waits for the end.
  program_end wait();

private:
  descriptor output_;
  descriptor errors_;
  descriptor keeper_;
  pid_t keeper_process_ = 0;
};

} // namespace supervisor
