#pragma once

#include "command_line.hpp"
#include "exit_codes.hpp"

namespace supervisor {

/// Reads the jobs, runs them and shows that. Returns the exit code, or ends the
/// process if a job does not end.
/// Throws what `foreman::system` throws when it cannot start.
int run(const run_options& asked);

} // namespace supervisor
