#pragma once

#include "batch.hpp"

#include <foreman/project_status.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace supervisor {

/// `text` without control characters: in what people read, one line is one
/// thing, and a terminal must not be told what to do.
std::string on_one_line(std::string text);

/// `1 job`, `2 jobs`.
std::string counted(std::size_t number, std::string_view what);

/// `{"PROJECT":RUNNING}` as JSON.
json running_projects(const std::vector<foreman::project_status>& projects);

/// `PROJECT KIND: ERROR` of a job that did not succeed.
std::string failure_text(const ended_job& job);

/// The counts, then `FILE:LINE: PROJECT KIND: ERROR` for each job that did not
/// succeed.
std::string summary_text(const batch& all, const std::string& file,
                         std::chrono::duration<double> took);

} // namespace supervisor
