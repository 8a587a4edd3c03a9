#pragma once

#include <functional>

namespace soci {
class session;
} // namespace soci

namespace foreman::sql {

/// What every session of a database begins with, as the host has it: settings,
/// a role, statements that are prepared on the server. Called on the worker's
/// thread, with a session that was just opened or reset, before a job gets it;
/// so several workers may call it at the same time. What it throws is why the
/// connection could not be opened. It must leave the session open, never
/// closed or reconnected meanwhile, and no transaction in it.
using session_start = std::function<void(soci::session&)>;

} // namespace foreman::sql
