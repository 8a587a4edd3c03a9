#pragma once

namespace supervisor {

/// How a program ended, or why it did not begin.
struct program_end {
  enum class what { exited, killed, not_started, lost };
  what how;
  /// The exit code, the signal, or the error number.
  int number = 0;
};

/// What a keeper can be told.
enum class keeper_order : char { ask_to_end, kill };

/// A program as `execve` takes it, prepared before the fork, since the fork of
/// a program with threads may not allocate memory.
struct prepared_call {
  const char* program;
  const char* directory;
  char* const* arguments;
  char* const* environment;
};

/// The descriptors of a keeper, each 10 or higher.
struct keeper_descriptors {
  /// What the program reads and writes.
  int input;
  int output;
  int errors;
  /// A socket of packets to the supervisor.
  int socket;
};

/// What a fork of the supervisor does, see `process_group`: starts a program,
/// obeys each `keeper_order` that comes, and in the end reports a
/// `program_end`. Requires that all signals are blocked, and SIGCHLD is not
/// ignored.
[[noreturn]] void keep(const prepared_call& what, keeper_descriptors with);

} // namespace supervisor
