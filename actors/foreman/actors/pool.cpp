#include <foreman/actors/pool.hpp>

#include <utility>

namespace foreman::actors {

pool::pool(caf::actor_config& cfg, context_ptr shared)
  : pool_actor::base{cfg},
    shared_{std::move(shared)},
    turns_{shared_->options.workers, shared_->size.places_each,
           std::uint64_t{shared_->pools++} << 40U},
    workers_(shared_->options.workers) {
  compat::fail_without_memory(this);
}

pool::behavior_type pool::make_behavior() {
  return {
    // What has no project, sender or worker is nobody's message.
    [this](request_atom, const entry_ptr& project) {
      if (!project || current_sender() == nullptr)
        return;
      turns_.request(project,
                     caf::actor_cast<supervisor_actor>(current_sender()));
      serve();
    },
    [this](release_atom, std::uint32_t place, std::uint64_t lease) {
      turns_.release(place, lease);
      serve();
    },
    [this](forfeit_atom, const entry_ptr& project) {
      if (!project)
        return;
      turns_.forfeit(*project);
      serve();
    },
    [this](more_atom) {
      who_asks_ = caf::actor_cast<registry_actor>(current_sender());
      serve();
    },
    [this](enlist_atom, std::uint32_t number, worker_ref& made) {
      if (number >= workers_.size() || !made.handle)
        return;
      workers_.at(number) = std::move(made.handle);
      turns_.add(number);
      serve();
    },
    [this](lost_atom, std::uint32_t number) {
      if (number < workers_.size())
        on_lost(number);
    },
  };
}

void pool::on_exit() {
  // CAF keeps the members of an actor that has ended while anybody refers to
  // it: pool and supervisors would keep one another for ever.
  turns_ = turns{0, 0};
  workers_.clear();
  who_asks_ = nullptr;
}

void pool::serve() {
  while (const auto next = turns_.next()) {
    const auto worker = turns_.worker_of(next->place);
    compat::send(this, next->to, grant_atom_v,
                 lease{workers_.at(worker), next->lease, next->place});
  }
  shared_->workers_wanted = turns_.waiting() != 0;
  if (who_asks_ && turns_.waiting() < shared_->size.most_new)
    compat::send(this, std::exchange(who_asks_, nullptr), more_atom_v);
}

void pool::on_lost(std::uint32_t worker) {
  for (const auto& x : turns_.lost(worker))
    compat::send(this, x.to, lost_atom_v, x.lease);
}

} // namespace foreman::actors
