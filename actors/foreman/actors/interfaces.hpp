#pragma once

// All typed interfaces of foreman's actors. A host that sends messages itself
// includes this header; the others of this folder are foreman's own.
//
// Void answers: a request is answered when the message has been handled.

#include <foreman/actors/messages.hpp>
#include <foreman/callable_job.hpp>
#include <foreman/export.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace foreman {

class system;

} // namespace foreman

namespace foreman::actors {

/// The registry: answers for all projects, and offers actors what
/// `foreman::system` offers threads. Errors are `foreman::errc` with a text;
/// see `to_error`. It serves actors of its own process: what comes from another
/// one is refused with `not_local`, or does not get here, as most of these
/// messages cannot travel.
using registry_actor = caf::typed_actor<
  // Any actor offers a job. The answer is the verdict: the job's id, or
  // `invalid_project`, `invalid_option`, `project_busy`, `project_full`,
  // `system_full`, `draining`. A submission that was rejected still holds its
  // work, and can be sent again.
  compat::signature<job_id(submit_atom, submission)>,
  // The same for many at once, in order; one verdict each.
  compat::signature<std::vector<verdict>(submit_atom, std::vector<submission>)>,
  // The same for a job as data; also `unknown_kind`.
  compat::signature<job_id(submit_atom, std::string, named_job, job_options)>,
  // Cancels a job of a project: at once if it is queued, by its stop token if
  // it runs. `unknown_job` if no open job has this id, `job_finished` if it
  // ends in this very moment. The destructors of what a queued callable
  // captured, or the callbacks of a stop token, run on a thread of foreman.
  compat::signature<void(cancel_atom, std::string, job_id)>,
  // Whether a body of the project runs.
  compat::signature<bool(is_running_atom, std::string)>,
  // Whether a body runs or a job is queued.
  compat::signature<bool(is_busy_atom, std::string)>,
  // One project at one moment; `invalid_project`.
  compat::signature<project_status(status_atom, std::string)>,
  // One page of the busy projects; start at 0, go on with `next`.
  compat::signature<table::page(list_atom, std::uint64_t)>,
  // What became of all jobs so far.
  compat::signature<ledger(ledger_atom)>,
  // Drains; answered when it has ended, within the deadline. The policy holds
  // for the end of the system as well. `invalid_option` for a bad deadline or
  // policy, `unavailable` if the registry dies. Needs a sender: one without is
  // not taken, as nobody could say where it came from.
  compat::signature<drain_report(drain_atom, std::chrono::nanoseconds,
                                 drain_policy)>,
  // The way in: there are entries that nobody looks after.
  compat::signature<void(wake_atom)>,
  // A supervisor: its project is idle, it can have another one.
  compat::signature<void(idle_atom, attendant_ptr)>,
  // The pool: there is room for projects that are new.
  compat::signature<void(more_atom)>,
  // The guardian: this is the pool from now on; the former is gone.
  compat::signature<void(pool_atom, pool_ref)>,
  // The way in: a project waits for the endpoint of this number, where none
  // waited before.
  compat::signature<void(serve_atom, std::uint64_t)>,
  // The registry itself: time to serve who waits there.
  compat::signature<void(wake_atom, std::uint64_t)>,
  // The guardian: the system ends.
  compat::signature<void(stop_atom)>,
  // The registry itself: time to go on with the drain of that number.
  compat::signature<void(drain_atom, std::uint64_t)>>;

/// @cond

/// The supervisor of one project at a time.
using supervisor_actor = caf::typed_actor<
  // The registry: this entry is yours until you get another one, this is the
  // pool. Again when the pool was replaced; the leases of the former are void.
  compat::signature<void(adopt_atom, entry_ptr, pool_ref)>,
  // Threads at the end of a turn, and the registry: look at your entry.
  compat::signature<void(wake_atom)>,
  // The pool: a worker is yours for a while.
  compat::signature<void(grant_atom, lease)>,
  // The pool: the worker of this lease is gone.
  compat::signature<void(lost_atom, std::uint64_t)>>;

/// A worker: a front of the threads that run jobs.
using worker_actor = caf::typed_actor<
  // The supervisor that leased the worker: check all connections. Precedes
  // every `run` (G7).
  compat::signature<void(check_atom)>,
  // The same supervisor: run jobs of this turn.
  compat::signature<void(run_atom, turn)>>;

/// The pool: hands workers to supervisors, in fair turns. Workers are known by
/// number.
using pool_actor = caf::typed_actor<
  // A supervisor: my project wants a worker.
  compat::signature<void(request_atom, entry_ptr)>,
  // A supervisor: this place, of this lease, is free again.
  compat::signature<void(release_atom, std::uint32_t, std::uint64_t)>,
  // The registry: the supervisor of this project died; what it held is void.
  compat::signature<void(forfeit_atom, entry_ptr)>,
  // The registry: tell me when few projects wait for a worker.
  compat::signature<void(more_atom)>,
  // The guardian: a worker was made, or was there before this pool.
  compat::signature<void(enlist_atom, std::uint32_t, worker_ref)>,
  // The guardian: the worker of this number died.
  compat::signature<void(lost_atom, std::uint32_t)>>;

/// The guardian: makes the other actors and makes those that die anew.
using guardian_actor = caf::typed_actor<
  // `foreman::system`: start the workers.
  compat::signature<void(enlist_atom)>,
  // `foreman::system`: the system ends.
  compat::signature<void(stop_atom)>>;

/// The right of a supervisor to use a worker until it releases it.
struct FOREMAN_EXPORT lease {
  worker_actor worker;
  std::uint64_t id = 0;
  std::uint32_t place = 0;
};

struct FOREMAN_EXPORT pool_ref {
  pool_actor handle;
};

struct FOREMAN_EXPORT worker_ref {
  worker_actor handle;
};

/// @endcond

/// Makes a submission of a callable, or says `empty_job`.
template <job_callable F>
expected<submission> make_submission(std::string project, F&& body,
                                     const job_options& options = {},
                                     caf::actor observer = {}) {
  auto work = make_job(std::forward<F>(body));
  if (!work)
    return work.error();
  return submission{std::move(project), job_ptr{*std::move(work)}, options,
                    std::move(observer)};
}

/// The error behind an error message of the registry; `unavailable` for CAF's
/// own, such as a request to a registry that is gone.
FOREMAN_EXPORT error to_error(const caf::error& why);

/// An error as CAF carries it.
FOREMAN_EXPORT caf::error to_caf_error(const error& why);

/// The configuration of a host's `caf::actor_system` in which foreman is to
/// run: derive yours from it, or use it as it is.
class FOREMAN_EXPORT host_config
  : public compat::system_config<caf::id_block::foreman_messages> {};

/// @cond

/// Makes `fm.registry()` work without CAF headers in `system.hpp`.
struct FOREMAN_EXPORT registry_interface {
  using handle = registry_actor;

  static registry_actor of(const system& from);
};

/// @endcond

} // namespace foreman::actors
