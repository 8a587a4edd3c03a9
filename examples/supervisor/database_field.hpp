#pragma once

#include "database.hpp"
#include "field.hpp"

#include <foreman/connection_needs.hpp>

namespace supervisor {

/// The field `database` of a payload: which of the databases a job works on.
/// Refers to `databases`.
field database_field(database_list& databases);

/// The database of a sound payload: the named one, else the first.
database& database_of(const json& payload, database_list& databases);

/// The connections of a job with that payload.
foreman::connection_needs needs_of(const json& payload,
                                   database_list& databases);

} // namespace supervisor
