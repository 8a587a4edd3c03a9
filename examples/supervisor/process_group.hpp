#pragma once

#include "descriptor.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace supervisor {

/// What is to be run, without a shell.
struct program_call {
  /// A path, or a name that is looked for in the PATH of `environment`.
  std::string program;
  /// The program's own name first, as a program expects it.
  std::vector<std::string> arguments;
  std::filesystem::path directory;
  /// `NAME=VALUE` each; the program gets no other.
  std::vector<std::string> environment;
};

/// How a program ended, or why it did not begin.
struct program_end {
  enum class what { exited, killed, not_started, lost };
  what how;
  /// The exit code, the signal, or the error number.
  int number = 0;
};

/// A program that runs in a process group of its own. All that it started ends
/// with it, and all of it with this object, or with this process, however that
/// ends.
///
/// How: a *keeper*, a fork of this process, starts the program and waits for
/// it. It is the subreaper of all that the program starts, so that what leaves
/// the process group is its child in the end. It ends all of them when the
/// program has ended, or when the socket to this process is closed. The kernel
/// closes that even on SIGKILL, and kills the program if the keeper is killed.
class process_group {
public:
  /// Throws `std::system_error` if the system refuses what is needed for it.
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

/// The program's path as `PATH` in `environment` has it; what holds a slash is
/// one already. None if there is no such file that may be run.
std::optional<std::string>
find_program(const std::string& program,
             const std::vector<std::string>& environment);

} // namespace supervisor
