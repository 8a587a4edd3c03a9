#pragma once

#include "command_line.hpp"
#include "exit_codes.hpp"

namespace supervisor {

/// Checks the job file as a whole, runs its jobs, prints the summary to
/// standard output and problems to standard error. Returns the exit code.
/// Throws what `foreman::system` throws when it cannot start.
int run(const run_options& asked);

} // namespace supervisor
