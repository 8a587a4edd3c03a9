#pragma once

#include "command_kind.hpp"
#include "database.hpp"
#include "kind.hpp"

#include <string>

namespace supervisor {

/// All kinds of jobs; another one has its line in the source. `databases` must
/// outlive them.
kind_table kinds_of_jobs(const command_settings& settings,
                         database_list& databases);

/// All kinds with JSON Schemas of their payloads, as JSON.
std::string describe_kinds();

} // namespace supervisor
