#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>
#include <foreman/actors/supervisor.hpp>
#include <foreman/resting.hpp>

#include <map>
#include <vector>

namespace foreman::actors {

/// Answers for all projects, and gives an entry that has work a supervisor.
/// Every answer is read from the table, where the truth is; what it keeps
/// itself are the drains that somebody waits for.
class registry : public registry_actor::base {
public:
  registry(caf::actor_config& cfg, context_ptr shared, pool_actor pool);

  const char* name() const override {
    return "foreman.registry";
  }

  behavior_type make_behavior() override;

  void on_exit() override;

private:
  struct pending_drain {
    drain_steps steps;
    drain_policy policy;
    std::chrono::nanoseconds deadline;
    bool interrupted = false;
    caf::typed_response_promise<drain_report> answer;
  };

  // Why the sender of this message is not served, if it is not: it lives in
  // another process, where most answers cannot travel to. What could, such as a
  // drain, would take effect here and be an error there.
  error refusal();

  // The handler of a message, for senders that are served.
  template <class R, class... Ts>
  auto serve(caf::result<R> (registry::*handler)(Ts...)) {
    return [this, handler](Ts... xs) -> caf::result<R> {
      if (const auto why = refusal())
        return to_caf_error(why);
      return (this->*handler)(std::forward<Ts>(xs)...);
    };
  }

  // -- messages, as `registry_actor` has them ---------------------------------

  caf::result<job_id> on_submit(submit_atom, const submission& what);

  caf::result<std::vector<verdict>>
  on_submit_many(submit_atom, const std::vector<submission>& what);

  caf::result<job_id> on_submit_named(submit_atom, const std::string& project,
                                      const named_job& what,
                                      const job_options& options);

  caf::result<void> on_cancel(cancel_atom, const std::string& project,
                              job_id id);

  caf::result<bool> on_is_running(is_running_atom, const std::string& project);

  caf::result<bool> on_is_busy(is_busy_atom, const std::string& project);

  caf::result<project_status> on_status(status_atom,
                                        const std::string& project);

  caf::result<table::page> on_list(list_atom, std::uint64_t cursor);

  caf::result<ledger> on_ledger(ledger_atom);

  caf::result<drain_report>
  on_drain(drain_atom, std::chrono::nanoseconds deadline, drain_policy policy);

  caf::result<void> on_wake(wake_atom);

  caf::result<void> on_idle(idle_atom, const attendant_ptr& idle);

  caf::result<void> on_more(more_atom);

  caf::result<void> on_pool(pool_atom, pool_ref& current);

  caf::result<void> on_serve(serve_atom, std::uint64_t endpoint);

  caf::result<void> on_timer(wake_atom, std::uint64_t endpoint);

  caf::result<void> on_stop(stop_atom);

  caf::result<void> on_drain_step(drain_atom, std::uint64_t number);

  // -- what they do -----------------------------------------------------------

  // Serves who waits for the endpoint of that number when it is time, if
  // anybody does.
  void serve_later(std::uint64_t endpoint);

  // Gives entries that nobody looks after a supervisor, as long as the pool has
  // room for them.
  void let_in();

  expected<job_id> submit(const submission& what);

  // Wakes the supervisor of `x`, or gives it one.
  void look_after(const entry_ptr& x);

  void give_supervisor(const entry_ptr& x);

  void hand_over(const entry_ptr& x, const supervisor_ptr& who);

  void watch(const supervisor_ptr& who);

  void on_down(const supervisor_ptr& who, const caf::error& why);

  // Lets the project of an idle supervisor retire, if it still is.
  bool take_from(const supervisor_ptr& who);

  // A supervisor for another project.
  supervisor_ptr spare_supervisor();

  // Looks at every entry: a predecessor took its mailbox with it.
  void take_over();

  context_ptr shared_;
  // Weak: a supervisor that nobody refers to ends.
  compat::down_watch<std::weak_ptr<supervisor_ref>> downs_;
  pool_actor pool_;
  resting<supervisor_ptr> idle_;
  // So many new projects may still get a supervisor before the pool is asked.
  std::size_t room_;
  std::map<std::uint64_t, pending_drain> drains_;
  std::uint64_t last_drain_ = 0;
  // By endpoint: a timer runs that will serve who waits there.
  std::vector<bool> timers_;
};

} // namespace foreman::actors
