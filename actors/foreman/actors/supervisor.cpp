#include <foreman/actors/supervisor.hpp>

#include <utility>

namespace foreman::actors {

supervisor::supervisor(caf::actor_config& cfg, context_ptr shared)
  : supervisor_actor::base{cfg}, shared_{std::move(shared)} {
  compat::fail_without_memory(this);
}

supervisor::behavior_type supervisor::make_behavior() {
  return {
    [this](adopt_atom, const entry_ptr& project, const pool_ref& current) {
      on_adopt(project, current.handle);
    },
    [this](wake_atom) { step(); },
    [this](grant_atom, lease& granted) { on_grant(std::move(granted)); },
    [this](lost_atom, std::uint64_t lease_id) { on_lost(lease_id); },
  };
}

void supervisor::on_exit() {
  // See `pool::on_exit`.
  home_ = {};
  pool_ = nullptr;
  tenure_.reset();
}

void supervisor::on_adopt(const entry_ptr& project, const pool_actor& pool) {
  if (!project || !pool)
    return; // nobody's message
  const auto current = supervisor_of(*project);
  if (!current || current->handle().id() != id())
    return; // its project has retired, or died before it came
  home_ = project;
  if (std::exchange(pool_, pool) == pool)
    return step();
  start_over();
}

void supervisor::step() {
  if (!home_)
    return; // nobody's message
  switch (home_->look()) {
    case next_step::wait:
      return; // the end of the open turn wakes us
    case next_step::defer:
      if (tenure_)
        give_back();
      return;
    case next_step::idle:
      return rest();
    case next_step::take_turn:
      return use_worker();
  }
}

void supervisor::use_worker() {
  if (tenure_
      && (tenure_->jobs_left == 0
          || shared_->options.time->now() >= tenure_->until)) {
    if (shared_->workers_wanted)
      give_back(); // to the projects that wait; then queue behind them
    else
      hold(std::move(tenure_->held));
  }
  if (!tenure_) {
    if (!std::exchange(requested_, true))
      compat::send(this, pool_, request_atom_v, home_);
    return;
  }
  // One job per check message when there are connections to check (G7).
  const auto jobs = shared_->has_connections() ? 1 : tenure_->jobs_left;
  auto next = home_->open_turn(jobs, shared_->options.turn_time);
  if (!next)
    return step(); // what we saw was cancelled since: nobody else wakes us
  tenure_->jobs_left -= jobs;
  compat::send(this, tenure_->held.worker, check_atom_v);
  compat::send(this, tenure_->held.worker, run_atom_v, *std::move(next));
}

void supervisor::hold(lease held) {
  tenure_ = tenure{std::move(held), shared_->options.turn_jobs,
                   shared_->options.time->now() + shared_->options.turn_time};
}

void supervisor::give_back() {
  const auto& held = tenure_->held;
  compat::send(this, pool_, release_atom_v, held.place, held.id);
  tenure_.reset();
}

void supervisor::rest() {
  if (requested_)
    return; // the grant makes us look, and give back what is granted
  // Looks again, under the lock: a submit may have come since.
  if (!home_->rest())
    return step();
  if (tenure_)
    give_back();
  const auto self = supervisor_of(*home_);
  if (!self)
    return; // it has retired
  self->rests_since = shared_->options.time->now();
  if (!self->offered.exchange(true))
    shared_->way_in.offer(self);
}

void supervisor::on_grant(lease granted) {
  // It cannot be late: what would make it void is told after it was sent, by
  // its pool, or by whoever learned that the pool is dead.
  requested_ = false;
  hold(std::move(granted));
  step();
}

void supervisor::on_lost(std::uint64_t lease_id) {
  if (tenure_ && tenure_->held.id == lease_id)
    start_over();
}

void supervisor::start_over() {
  // Take back what was not begun; what has begun ends on its own thread and
  // wakes us.
  home_->revoke_turn();
  tenure_.reset();
  requested_ = false;
  step();
}

void supervisor_ref::wake() noexcept {
  compat::anon_send(who_, wake_atom_v);
}

supervisor_ptr supervisor_of(const entry& x) {
  return std::static_pointer_cast<supervisor_ref>(x.attended_by());
}

} // namespace foreman::actors
