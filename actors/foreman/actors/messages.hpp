#pragma once

#include <foreman/actors/caf_compat.hpp>
#include <foreman/drain.hpp>
#include <foreman/export.hpp>
#include <foreman/job_options.hpp>
#include <foreman/kinds.hpp>
#include <foreman/outcome.hpp>
#include <foreman/table.hpp>
#include <foreman/turn.hpp>

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// The first type ID of foreman's messages under CAF 1.x, where IDs must not
/// clash in a program. Define it to another value if your block overlaps.
#ifndef FOREMAN_FIRST_TYPE_ID
#  define FOREMAN_FIRST_TYPE_ID (caf::first_custom_type_id + 1000)
#endif

/// @namespace foreman::actors
/// What actors send to foreman, and what it sends to them.

namespace foreman::actors {

/// A job that an actor submits. Make it with `make_submission`; it can be
/// submitted once. For actors in this process only: a callable cannot travel.
struct FOREMAN_EXPORT submission {
  /// The key of the project.
  std::string project;
  /// The job.
  job_ptr work;
  /// How it is submitted.
  job_options options;
  /// Gets a `job_ended` message when the job has its outcome, if set.
  caf::actor observer;
};

/// The verdict on one of many submissions.
struct FOREMAN_EXPORT verdict {
  /// The job, or 0 if it was rejected.
  job_id id;
  /// Why it was rejected; `errc::ok` if it was not.
  error why;
};

/// Tells an observer how its job ended.
struct FOREMAN_EXPORT job_ended {
  /// The job.
  job_id id;
  /// The key of its project.
  std::string project;
  /// Its outcome.
  outcome how;
};

/// @cond

// Between foreman's own actors; see interfaces.hpp.
struct lease;
struct pool_ref;
struct worker_ref;

/// @endcond

} // namespace foreman::actors

/// @cond

CAF_BEGIN_TYPE_ID_BLOCK(foreman_messages, FOREMAN_FIRST_TYPE_ID)

  CAF_ADD_TYPE_ID(foreman_messages, (foreman::errc))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::job_id))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::job_options))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::named_job))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::project_status))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::table::page))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::ledger))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::drain_policy))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::drain_report))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::actors::submission))
  CAF_ADD_TYPE_ID(foreman_messages, (std::vector<foreman::actors::submission>) )
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::actors::verdict))
  CAF_ADD_TYPE_ID(foreman_messages, (std::vector<foreman::actors::verdict>) )
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::actors::job_ended))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::entry_ptr))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::attendant_ptr))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::turn))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::actors::lease))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::actors::pool_ref))
  CAF_ADD_TYPE_ID(foreman_messages, (foreman::actors::worker_ref))

  CAF_ADD_ATOM(foreman_messages, foreman::actors, submit_atom, "submit")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, cancel_atom, "cancel")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, is_running_atom, "isrunning")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, is_busy_atom, "isbusy")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, status_atom, "status")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, list_atom, "list")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, ledger_atom, "ledger")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, drain_atom, "drain")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, wake_atom, "wake")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, adopt_atom, "adopt")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, pool_atom, "pool")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, request_atom, "request")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, grant_atom, "grant")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, release_atom, "release")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, forfeit_atom, "forfeit")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, enlist_atom, "enlist")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, lost_atom, "lost")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, check_atom, "check")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, run_atom, "run")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, idle_atom, "idle")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, more_atom, "more")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, serve_atom, "serve")
  CAF_ADD_ATOM(foreman_messages, foreman::actors, stop_atom, "stop")

CAF_END_TYPE_ID_BLOCK(foreman_messages)

FOREMAN_MESSAGE_ENUM(foreman::errc)
FOREMAN_MESSAGE_ENUM(foreman::drain_policy)

// These stay inside one process: they hold callables, or pointers to shared
// state, or go with those that do.
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::job_id)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::job_options)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::named_job)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::project_status)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::table::page)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::ledger)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::drain_report)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::actors::submission)
FOREMAN_LOCAL_MESSAGE_TYPE(std::vector<foreman::actors::submission>)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::actors::verdict)
FOREMAN_LOCAL_MESSAGE_TYPE(std::vector<foreman::actors::verdict>)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::actors::job_ended)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::entry_ptr)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::attendant_ptr)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::turn)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::actors::lease)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::actors::pool_ref)
FOREMAN_LOCAL_MESSAGE_TYPE(foreman::actors::worker_ref)

FOREMAN_ERROR_ENUM(foreman::errc, "foreman")

/// @endcond
