#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace supervisor {

/// What `foreman-supervisor run` is asked to do.
struct run_options {
  std::string jobs;
  std::size_t workers = 20;
  std::string database = "sqlite:foreman.sqlite";
  std::string data = ".";
};

/// What the command line asks for: a run, or to leave with an exit code, as
/// help was shown or an error reported.
struct command_line {
  std::optional<run_options> options;
  int exit_code = 0;
};

command_line read_command_line(int argc, const char* const* argv);

} // namespace supervisor
