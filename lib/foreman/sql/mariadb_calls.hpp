#pragma once

#include <foreman/sql/socket.hpp>

#include <mysql.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What foreman itself asks a MariaDB or MySQL server on the session of a job,
/// by a deadline that holds. After a call that was late the handle is of no use
/// but to be closed.
namespace foreman::sql {

/// Whether the server did it, or nothing if it was late.
using done = std::optional<bool>;

/// Sends a query without a result.
done do_query(MYSQL* handle, std::string_view query, deadline until);

/// The columns of a row, those that are null as empty ones.
using row = std::vector<std::string>;

/// Sends a query with a result of one row, and reads that.
done read_row(MYSQL* handle, std::string_view query, row& into, deadline until);

/// Has the server put the session back to what it is after a login, but for
/// the database and the role.
done reset_session(MYSQL* handle, deadline until);

} // namespace foreman::sql
