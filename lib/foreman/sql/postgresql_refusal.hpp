#pragma once

#include <foreman/errc.hpp>
#include <foreman/sql/settings.hpp>
#include <foreman/sql/socket.hpp>

namespace foreman::sql {

/// Whether a login that has just failed was refused for a reason that no other
/// try mends: `errc::connection_misconfigured`, else `connection_unavailable`.
///
/// It logs in once more: SOCI and libpq's own defaults drop the SQLSTATE of the
/// refusal and leave a text in the server's language, so that only another
/// attempt, with a handle of our own, can tell. Ends by `until`.
errc why_refused(const settings& options, deadline until);

} // namespace foreman::sql
