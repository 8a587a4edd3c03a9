#pragma once

#include <foreman/callback_faults.hpp>
#include <foreman/connection_status.hpp>
#include <foreman/drain.hpp>
#include <foreman/export.hpp>
#include <foreman/kinds.hpp>
#include <foreman/project_status.hpp>
#include <foreman/submit_callable.hpp>
#include <foreman/system_options.hpp>
#include <foreman/ticket.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caf {

class actor_system;

} // namespace caf

namespace foreman {

namespace actors {

struct context;
struct registry_interface;

} // namespace actors

/// A way to submit to one project again and again without looking it up each
/// time. Cheap to copy; not thread-safe, so give each thread its own. Stays
/// valid when the system is gone: it then says `draining`.
class FOREMAN_EXPORT project {
public:
  /// The key of the project.
  const std::string& key() const noexcept {
    return key_;
  }

  /// As `system::submit`, to this project.
  template <job_callable F>
  [[nodiscard]] expected<ticket<body_value_t<F>>>
  submit(F&& body, const job_options& options = {}) {
    connection_mask needs = 0;
    return submit_callable(
      std::forward<F>(body), [&] { return consider(options, needs); },
      [&](const job_ptr& x) { return submit_job(x, options, needs); });
  }

  /// Whether a body of it runs.
  bool is_running() const;

  /// Whether a body runs or a job is queued; what `if_idle` tests.
  bool is_busy() const;

  /// What is true of it at one moment.
  project_status status() const;

private:
  friend class system;

  project(std::shared_ptr<actors::context> shared, std::string key);

  expected<void> consider(const job_options& options, connection_mask& needs);

  expected<void> submit_job(const job_ptr& x, const job_options& options,
                            connection_mask needs);

  std::shared_ptr<actors::context> shared_;
  std::string key_;
  entry_ptr last_; // where the last submit went
};

/// foreman as a host sees it: takes jobs, runs those of one project one after
/// another and those of different projects side by side, and answers what runs.
///
///     foreman::system fm{{.workers = 20}};
///     auto ticket = fm.submit("project-42", [] { return import_rows(); },
///                             {.admit = foreman::admission::if_idle});
///     if (!ticket)
///       return http_conflict(ticket.error().message());
///     return http_accepted(ticket->id());
///
/// Thread-safe, but for construction and destruction. Tickets and project
/// handles may outlive it.
///
/// Write `foreman::system`: after `using namespace foreman;` a plain `system`
/// is ambiguous, as the C library has a function of that name.
class FOREMAN_EXPORT system {
public:
  /// Starts a system with a `caf::actor_system` of its own. Throws `exception`
  /// with `invalid_option`, naming the option, its value and its range, or
  /// with `no_threads` when the operating system refuses it a thread.
  explicit system(system_options options = {});

  /// Starts a system inside a host's `caf::actor_system`, which must outlive
  /// it and be configured with `actors::host_config`. Throws as above.
  explicit system(caf::actor_system& host, system_options options = {});

  /// Drains with `system_options::drain_deadline` and `at_deadline`, unless
  /// `drain` did before. With `drain_policy::wait` it then waits for bodies
  /// that have not returned. When it has returned, nothing of the options is
  /// called any more, and all of it is destroyed.
  ///
  /// In code that the system itself calls (a body, a callback, a destructor) it
  /// does not wait for what cannot end before that code returns: the job of
  /// that body ends as `failed(abandoned)`, what waits behind it in its project
  /// is cancelled, its thread is left behind, and what is called there is
  /// destroyed when it returns. In a callback or a destructor, of whichever
  /// system, bodies that have not returned by the deadline are left behind as
  /// well, as they may wait for it.
  ///
  /// In a child that was forked off it does nothing: what the system had stays
  /// until the child ends.
  ~system();

  system(const system&) = delete;
  system& operator=(const system&) = delete;

  // -- submit -----------------------------------------------------------------

  /// Offers a job: any callable, with or without a `job_context&`, move-only
  /// ones too. Never blocks; the verdict is final. Errors: `invalid_project`,
  /// `invalid_option`, `empty_job`, `unknown_connection`, `project_busy`,
  /// `project_full`, `system_full`, `draining`, `forked`.
  ///
  /// A job that was rejected never existed, so `body` is what it was, also a
  /// move-only one that was handed over as an rvalue: the rule of admission is
  /// asked before it is touched, and should another job come between, it is
  /// moved back. Only a callable whose move may throw, and that has no move
  /// assignment that cannot, is lost in that case. A rejection for what its
  /// project does (`project_busy`, `project_full`) or a drain takes no memory,
  /// but for the first text.
  template <job_callable F>
  [[nodiscard]] expected<ticket<body_value_t<F>>>
  submit(std::string_view project, F&& body, const job_options& options = {}) {
    offer made;
    return submit_callable(
      std::forward<F>(body), [&] { return consider(project, options, made); },
      [&](const job_ptr& x) { return submit_job(project, x, options, made); });
  }

  /// Offers a named job; also `unknown_kind`, with all known kinds.
  [[nodiscard]] expected<ticket<void>> submit(std::string_view project,
                                              named_job&& what,
                                              const job_options& options = {});

  /// The same for one that you keep.
  [[nodiscard]] expected<ticket<void>> submit(std::string_view project,
                                              const named_job& what,
                                              const job_options& options = {});

  /// A handle that saves the lookup on hot paths, or `invalid_project`.
  [[nodiscard]] expected<foreman::project> project(std::string_view key) const;

  // -- ask --------------------------------------------------------------------

  /// Whether a body of the project runs. A key that is not valid never does.
  bool is_running(std::string_view project) const;

  /// Whether a body runs or a job is queued; what `if_idle` tests.
  bool is_busy(std::string_view project) const;

  /// One project at one moment; `invalid_project`.
  expected<project_status> status(std::string_view project) const;

  /// All busy projects, shard by shard. Each row is exact; the list as a whole
  /// is not one moment.
  std::vector<project_status> list() const;

  /// One page of them: start at 0 and go on at `next` until there is none.
  /// There are 256, over which projects are spread by chance, so that each has
  /// about a 256th of the busy ones: some 4,000 of a million, in some 5 ms. For
  /// who must not be held up by many.
  table::page list(std::size_t cursor) const;

  /// What became of all jobs so far.
  ledger books() const;

  /// How the connections are, by name: breaker, last error, who waits, and what
  /// was counted since the start.
  std::vector<connection_status> connections() const;

  /// How often functions of yours threw at foreman, which contained it.
  callback_faults faults() const;

  // -- control ----------------------------------------------------------------

  /// Cancels a job: at once if it is queued, by its stop token if it runs.
  /// Errors: `invalid_project`, `unknown_job`; `job_finished` if it ends in
  /// this very moment, or was abandoned and its body still runs.
  expected<void> cancel(std::string_view project, job_id id);

  /// Admits nothing any more, lets jobs finish for nine tenths of `deadline`,
  /// then cancels what is queued and asks what runs to stop, and reports at the
  /// deadline at the latest. What still runs then is `failed(abandoned)` to its
  /// waiters; `policy` says what becomes of its thread, by default that of the
  /// drain before, or `system_options::at_deadline`. Can be repeated; there is
  /// no way back. Blocks; `would_deadlock` in a job's body and in all other
  /// code of yours that foreman calls, `invalid_option` for a deadline outside
  /// 0 to 1 year or another policy, `forked` in a child.
  expected<drain_report> drain(std::chrono::nanoseconds deadline,
                               std::optional<drain_policy> policy = {});

  // -- messages ---------------------------------------------------------------

  /// The registry actor, for hosts that send messages: include
  /// `<foreman/actors/interfaces.hpp>`. Ask again if a request fails, as a
  /// registry that died has a successor. For a system inside a host's
  /// `caf::actor_system`: with one of its own, end every thread that spawned in
  /// it or had a `scoped_actor` of it before the system ends, as CAF waits for
  /// them.
  template <class Interface = actors::registry_interface>
  typename Interface::handle registry() const {
    return Interface::of(*this);
  }

private:
  friend struct actors::registry_interface;

  struct core;

  // What was found out about a job before it was made.
  struct offer {
    entry_ptr home;
    connection_mask needs = 0;
  };

  expected<void> consider(std::string_view project, const job_options& options,
                          offer& made) const;

  expected<void> submit_job(std::string_view project, const job_ptr& x,
                            const job_options& options, offer& made);

  std::unique_ptr<core> core_;
};

} // namespace foreman
