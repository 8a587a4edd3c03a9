#pragma once

#include "kind.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace supervisor {

/// One line of a job file.
struct job_line {
  std::size_t line = 0;
  std::string project;
  foreman::named_job what;
};

/// Reads a job file as a whole: JSON lines, blank ones skipped. Notes each
/// problem of each line as `FILE:LINE: PROBLEM`; a file without any job is one,
/// too, as nobody means to run nothing.
std::vector<job_line> read_jobs(std::string_view file, std::string_view content,
                                const kind_table& kinds, problems& found);

} // namespace supervisor
