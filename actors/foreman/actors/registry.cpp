#include <foreman/actors/registry.hpp>
#include <foreman/actors/supervisor.hpp>
#include <foreman/printable.hpp>

#include <fmt/format.h>

#include <utility>

namespace foreman::actors {

namespace {

template <class T>
caf::result<T> answer(expected<T> value) {
  if (!value)
    return to_caf_error(value.error());
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return *std::move(value);
}

} // namespace

registry::registry(caf::actor_config& cfg, context_ptr shared, pool_actor pool)
  : registry_actor::base{cfg},
    shared_{std::move(shared)},
    downs_{this,
           [this](const auto& weak, const caf::error& why) {
             if (const auto who = weak.lock())
               on_down(who, why);
           }},
    pool_{std::move(pool)},
    idle_{shared_->size.most_idle},
    room_{shared_->size.most_new},
    timers_(shared_->jobs.shared().connections.size()) {
  compat::fail_without_memory(this);
}

registry::behavior_type registry::make_behavior() {
  // Its predecessor gets no wake after this line, and whatever woke that one
  // was in the table before: so the look at the table finds it.
  shared_->way_in.connect(registry_actor{this});
  take_over();
  const auto local = [this](auto handler) { return serve(handler); };
  return {
    local(&registry::on_submit),       local(&registry::on_submit_many),
    local(&registry::on_submit_named), local(&registry::on_cancel),
    local(&registry::on_is_running),   local(&registry::on_is_busy),
    local(&registry::on_status),       local(&registry::on_list),
    local(&registry::on_ledger),       local(&registry::on_drain),
    local(&registry::on_wake),         local(&registry::on_idle),
    local(&registry::on_more),         local(&registry::on_pool),
    local(&registry::on_serve),        local(&registry::on_timer),
    local(&registry::on_stop),         local(&registry::on_drain_step),
  };
}

// -- submit -------------------------------------------------------------------

expected<job_id> registry::submit(const submission& what) {
  if (!what.work)
    return errc::empty_job;
  // A submission is copied as messages are: another copy may be on its way to
  // this registry, or at this moment be handled by that of another system.
  if (!what.work->begin_offer())
    return error{errc::invalid_option,
                 "this submission was admitted before, or is being submitted "
                 "elsewhere; make another one for another job"};
  auto admitted = shared_->jobs.submit(what.project, what.work, what.options);
  if (!admitted) {
    what.work->end_offer();
    return admitted.error();
  }
  if (what.observer)
    what.work->on_finish([shared = shared_, to = what.observer](const job& x) {
      shared->way_in.if_open([&] {
        compat::anon_send(
          to, job_ended{x.id(), x.home()->project(), {x.state(), x.why()}});
      });
    });
  if (admitted->wake)
    look_after(admitted->home);
  return what.work->id();
}

caf::result<job_id> registry::on_submit(submit_atom, const submission& what) {
  return answer(submit(what));
}

caf::result<std::vector<verdict>>
registry::on_submit_many(submit_atom, const std::vector<submission>& what) {
  std::vector<verdict> result;
  result.reserve(what.size());
  for (const auto& x : what) {
    const auto id = submit(x);
    result.push_back(id ? verdict{*id, {}} : verdict{{}, id.error()});
  }
  return result;
}

caf::result<job_id>
registry::on_submit_named(submit_atom, const std::string& project,
                          const named_job& what, const job_options& options) {
  expected<kinds::body> body{errc::draining};
  shared_->host->use([&](const host_code::parts& given) {
    body = given.handlers.body_of(named_job{what});
  });
  if (!body)
    return to_caf_error(body.error());
  auto made = make_submission(project, *std::move(body), options);
  return answer(made ? submit(*made) : made.error());
}

// -- questions ----------------------------------------------------------------

error registry::refusal() {
  const auto& who = current_sender();
  if (!who || who->node() == system().node())
    return {};
  return {errc::not_local,
          "the registry serves actors of its own process; ask foreman there"};
}

caf::result<void> registry::on_cancel(cancel_atom, const std::string& project,
                                      job_id id) {
  // Others wait for answers: nothing of the host's runs here.
  return answer(
    shared_->jobs.cancel(project, id, *shared_->jobs.shared().aside));
}

caf::result<bool> registry::on_is_running(is_running_atom,
                                          const std::string& project) {
  return shared_->jobs.is_running(project);
}

caf::result<bool> registry::on_is_busy(is_busy_atom,
                                       const std::string& project) {
  return shared_->jobs.is_busy(project);
}

caf::result<project_status> registry::on_status(status_atom,
                                                const std::string& project) {
  return answer(shared_->jobs.status(project));
}

caf::result<table::page> registry::on_list(list_atom, std::uint64_t cursor) {
  return shared_->jobs.list(cursor);
}

caf::result<ledger> registry::on_ledger(ledger_atom) {
  return shared_->jobs.shared().books.totals();
}

// -- supervisors --------------------------------------------------------------

// A crowd of new projects must not hold up those that are under way. So it
// comes in as fast as the pool gets through it, and waits as entries until
// then: with nobody who looks after them, and behind nobody else's messages.

caf::result<void> registry::on_wake(wake_atom) {
  let_in();
  return {};
}

caf::result<void> registry::on_more(more_atom) {
  room_ = shared_->size.most_new;
  let_in();
  return {};
}

void registry::let_in() {
  while (room_ != 0) {
    const auto x = shared_->way_in.next_unattended();
    if (!x)
      return;
    look_after(x);
  }
}

void registry::look_after(const entry_ptr& x) {
  // It may have one: a registry that takes over finds entries in the table
  // before their submitters tell of them. Or all that it had was cancelled.
  if (x->wake() || (x->rest() && shared_->jobs.retire(*x)))
    return;
  if (room_ == 0) // the pool was asked
    return shared_->way_in.attend(x);
  if (--room_ == 0)
    compat::send(this, pool_, more_atom_v);
  give_supervisor(x);
}

supervisor_ptr registry::spare_supervisor() {
  while (auto who = idle_.pop(shared_->options.time->now()))
    if (take_from(who))
      return who;
  auto made
    = std::make_shared<supervisor_ref>(system().spawn<supervisor>(shared_));
  watch(made);
  return made;
}

void registry::give_supervisor(const entry_ptr& x) {
  auto who = spare_supervisor();
  who->project = x;
  // Set before it looks for the first time, see `entry::end_turn`.
  x->set_attendant(who);
  hand_over(x, who);
}

void registry::hand_over(const entry_ptr& x, const supervisor_ptr& who) {
  compat::send(this, who->handle(), adopt_atom_v, x, pool_ref{pool_});
}

caf::result<void> registry::on_idle(idle_atom, const attendant_ptr& idle) {
  const auto who = std::dynamic_pointer_cast<supervisor_ref>(idle);
  // With enough of them, we let go of this one, which ends it. One that is
  // dead, or that another registry watches, is in the table: it was looked at.
  if (who && who->watched_by == id() && !idle_.push(who))
    take_from(who);
  return {};
}

bool registry::take_from(const supervisor_ptr& who) {
  who->offered = false;
  auto& x = who->project;
  if (!x || !shared_->jobs.retire(*x, who.get()))
    return false; // it tells us when it rests again
  x->set_attendant(nullptr);
  x = {};
  return true;
}

void registry::watch(const supervisor_ptr& who) {
  if (std::exchange(who->watched_by, id()) == id())
    return;
  downs_.watch(this, who->handle(), who);
}

void registry::on_down(const supervisor_ptr& who, const caf::error& why) {
  who->watched_by = 0;
  idle_.erase(who);
  const auto x = std::exchange(who->project, {});
  if (!x || x->attended_by() != who)
    return; // its project has retired
  shared_->log(log_level::error,
               fmt::format("the supervisor of {} died and is made anew: {}",
                           one_line(x->project()), to_string(why)));
  // What it had is void: its lease, and a turn that has not begun. The worker
  // that has that turn may die before it begins it, with nobody to tell.
  compat::send(this, pool_, forfeit_atom_v, x);
  x->revoke_turn();
  give_supervisor(x);
}

void registry::take_over() {
  shared_->jobs.for_each([this](entry& x) {
    if (const auto who = supervisor_of(x)) {
      watch(who);
      who->offered = false; // its predecessor may have been told
      // The pool may have been replaced at the same time.
      hand_over(entry_ptr{&x}, who);
    } else {
      shared_->way_in.attend(entry_ptr{&x});
    }
  });
  let_in(); // those, and of what its predecessor may have been told
  for (std::size_t i = 0; i < shared_->jobs.shared().connections.size(); ++i)
    serve_later(i);
}

caf::result<void> registry::on_pool(pool_atom, pool_ref& current) {
  if (!current.handle)
    return {};
  pool_ = std::move(current.handle);
  if (room_ == 0) // its predecessor may have been asked
    compat::send(this, pool_, more_atom_v);
  shared_->jobs.for_each([this](entry& x) {
    if (const auto who = supervisor_of(x))
      hand_over(entry_ptr{&x}, who);
  });
  return {};
}

// -- projects that wait for a connection --------------------------------------

void registry::serve_later(std::uint64_t endpoint) {
  if (timers_.at(endpoint))
    return;
  const auto pause
    = shared_->jobs.shared().connections.at(endpoint)->next_look();
  if (!pause)
    return;
  timers_[endpoint] = true;
  compat::delayed_send(this, registry_actor{this}, *pause, wake_atom_v,
                       endpoint);
}

caf::result<void> registry::on_serve(serve_atom, std::uint64_t endpoint) {
  if (endpoint < timers_.size())
    serve_later(endpoint);
  return {};
}

caf::result<void> registry::on_timer(wake_atom, std::uint64_t endpoint) {
  if (endpoint >= timers_.size())
    return {};
  timers_[endpoint] = false;
  shared_->jobs.shared().connections.at(endpoint)->look_again();
  serve_later(endpoint);
  return {};
}

// -- draining -----------------------------------------------------------------

caf::result<drain_report> registry::on_drain(drain_atom,
                                             std::chrono::nanoseconds deadline,
                                             drain_policy policy) {
  if (!current_sender()) // it could come from anywhere
    return to_caf_error({errc::not_local, "a drain needs a sender to answer"});
  if (auto ok = check_drain(deadline, policy); !ok)
    return to_caf_error(ok.error());
  shared_->policy = policy; // the system's destructor finishes what this began
  const auto number = ++last_drain_;
  auto promise = make_response_promise<drain_report>();
  auto& x = drains_
              .emplace(number,
                       pending_drain{.steps = drain_steps{shared_->jobs},
                                     .policy = policy,
                                     .deadline = deadline,
                                     .answer = promise})
              .first->second;
  x.steps.begin();
  const auto pause = x.steps.finish_part(deadline);
  compat::delayed_send(this, registry_actor{this}, pause, drain_atom_v, number);
  shared_->jobs.shared().books.on_empty(
    [shared = shared_, self = registry_actor{this}, number] {
      shared->way_in.if_open(
        [&] { compat::anon_send(self, drain_atom_v, number); });
    });
  return promise;
}

caf::result<void> registry::on_drain_step(drain_atom, std::uint64_t number) {
  const auto at = drains_.find(number);
  if (at == drains_.end())
    return {};
  auto& x = at->second;
  if (!x.interrupted && !shared_->jobs.shared().books.empty()) {
    x.interrupted = true;
    x.steps.interrupt();
    compat::delayed_send(this, registry_actor{this},
                         x.deadline - x.steps.finish_part(x.deadline),
                         drain_atom_v, number);
    return {};
  }
  x.answer.deliver(x.steps.finish(x.policy));
  drains_.erase(at);
  return {};
}

caf::result<void> registry::on_stop(stop_atom) {
  // Anybody can send it, and only the end of the system shuts the way in.
  if (!shared_->way_in.is_open())
    quit();
  return {};
}

void registry::on_exit() {
  // A promise that is dropped would leave its requester waiting.
  for (auto& [number, x] : drains_)
    x.answer.deliver(to_caf_error({errc::unavailable,
                                   "the registry ended before the drain did; "
                                   "ask its successor"}));
  drains_.clear();
  // A timer, or a host, may keep this handle for long: it keeps no more.
  downs_.clear();
  idle_.clear();
  pool_ = nullptr;
  shared_ = nullptr;
}

} // namespace foreman::actors
