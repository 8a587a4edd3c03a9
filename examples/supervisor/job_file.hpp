#pragma once

#include "kind.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supervisor {

/// One line of a job file.
struct job_line {
  std::size_t line = 0;
  std::string project;
  foreman::named_job what;
  foreman::connection_needs needs = foreman::connection_needs::none();
};

/// Whether a line holds nothing, so that it is skipped.
bool is_blank(std::string_view line);

/// Reads one line. Notes what is wrong with it, and then returns none; also
/// returns none for a blank one.
std::optional<job_line> read_job(std::string_view text, std::size_t number,
                                 const kind_table& kinds, problems& found);

/// Where a line is, in front of what is said of it: `FILE:LINE`.
std::string place_of(std::string_view file, std::size_t line);

/// What a job file holds.
struct job_file {
  std::vector<job_line> jobs;
  /// Lines that are none.
  std::size_t bad_lines = 0;
  /// What is wrong with them, `FILE:LINE: PROBLEM` each; a file without any
  /// line is a problem, too, as nobody means to run nothing.
  problems found;
};

/// Reads a job file as a whole: JSON lines, blank ones skipped.
job_file read_jobs(std::string_view file, std::string_view content,
                   const kind_table& kinds);

} // namespace supervisor
