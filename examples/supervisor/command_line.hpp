#pragma once

#include "database.hpp"
#include "display.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace supervisor {

/// What `foreman-supervisor run` is asked to do.
struct run_options {
  /// The job file; `-` is standard input.
  std::string jobs;
  std::size_t workers = 20;
  /// Those named on the command line; if none is, there is one, `main`.
  std::vector<database_option> databases;
  /// The files with their passwords, by name.
  std::map<std::string, std::string> password_files;
  std::string data = ".";
  std::string logs = "foreman-logs";
  /// Bytes of each log.
  std::uint64_t log_limit = 10'000'000;
  /// Jobs start as lines arrive, instead of when all have been read.
  bool follow = false;
  /// Bad lines are skipped.
  bool keep_going = false;
  display_kind display = display_kind::automatic;
  /// How long jobs may finish after the first signal to end.
  std::chrono::seconds drain{60};
};

/// What the command line asks for: a run, or to leave with an exit code, as
/// that was all, or an error was reported.
struct command_line {
  std::optional<run_options> options;
  int exit_code = 0;
};

command_line read_command_line(int argc, const char* const* argv);

} // namespace supervisor
