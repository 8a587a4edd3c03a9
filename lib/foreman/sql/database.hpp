#pragma once

#include <foreman/connection.hpp>

#include <string_view>

/// Connections to SQL databases through SOCI.
namespace foreman::sql {

/// Reads a database string and returns what makes connections to that database,
/// for `system_options::connections`. A job then works with a session that was
/// checked just before: `job.connection<soci::session>("main")`.
///
/// Allowed is `sqlite:FILE`; FILE is made when it is missing, and a relative
/// one counts from where the process is now. Anything else is
/// `errc::invalid_option`, saying what is wrong and what is allowed. Nothing
/// is opened here.
expected<connection_factory> connections_to(std::string_view database);

} // namespace foreman::sql
