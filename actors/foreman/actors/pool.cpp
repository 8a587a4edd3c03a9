#include <foreman/actors/pool.hpp>
#include <foreman/actors/supervisor.hpp>

#include <utility>

namespace foreman::actors {

pool::pool(caf::actor_config& cfg, context_ptr shared)
  : pool_actor::base{cfg},
    shared_{std::move(shared)},
    turns_{std::uint64_t{shared_->pools++} << 40U},
    workers_(shared_->benches.size()) {}

pool::behavior_type pool::make_behavior() {
  return {
    [this](request_atom, const entry_ptr& project) { on_request(project); },
    [this](release_atom, std::uint32_t worker, std::uint64_t lease) {
      turns_.release(worker, lease);
      serve();
    },
    [this](forfeit_atom, const entry_ptr& project) { on_forfeit(project); },
    [this](enlist_atom, std::uint32_t number, worker_ref& made) {
      workers_.at(number) = std::move(made.handle);
      for (const auto place : places_of(number))
        recall(place);
    },
    [this](lost_atom, std::uint32_t number) { on_lost(number); },
  };
}

void pool::on_exit() {
  // CAF keeps the members of an actor that has ended while anybody refers to
  // it: pool and supervisors would keep one another for ever.
  askers_.clear();
  workers_.clear();
}

void pool::on_request(const entry_ptr& project) {
  turns_.request(project);
  askers_[project.get()] = caf::actor_cast<supervisor_actor>(current_sender());
  serve();
}

void pool::serve() {
  while (auto next = turns_.next()) {
    // To the supervisor that asked, even if it has died since: what goes to it
    // is forfeited, and its successor has nothing that is not its own.
    const auto asker = askers_.extract(next->project.get());
    compat::send(this, asker.mapped(), grant_atom_v,
                 lease{worker_at(next->worker), next->worker, next->lease});
  }
  shared_->jobs.shared().waiting = turns_.waiting_with(workers_.size());
}

void pool::recall(place_number which) {
  // Without a timeout, as a body may take its time; the answer of a worker that
  // dies is not needed, as its successor is recalled as well.
  compat::request(this, worker_at(which), caf::infinite, recall_atom_v)
    .then(
      [this, which](bool) {
        turns_.idle(which);
        serve();
      },
      [](const caf::error&) {});
}

void pool::on_forfeit(const entry_ptr& project) {
  askers_.erase(project.get());
  for (const auto which : turns_.forfeit(project))
    recall(which);
}

void pool::on_lost(std::uint32_t worker) {
  for (const auto place : places_of(worker))
    if (const auto holder = turns_.lost(place))
      if (const auto who = supervisor_of(*holder->project))
        compat::send(this, who, lost_atom_v, holder->lease);
}

// -- places -------------------------------------------------------------------

std::array<pool::place_number, pool::places>
pool::places_of(std::uint32_t worker) const {
  return {worker, worker + static_cast<place_number>(workers_.size())};
}

const worker_actor& pool::worker_at(place_number which) const {
  return workers_.at(which % workers_.size());
}

} // namespace foreman::actors
