#include <foreman/actors/worker.hpp>

#include <utility>

namespace foreman::actors {

worker::worker(caf::actor_config& cfg, context_ptr shared)
  : worker_actor::base{cfg}, shared_{std::move(shared)} {}

worker::behavior_type worker::make_behavior() {
  return {
    [this](check_atom) { check_next_ = true; },
    [this](run_atom, turn& which) {
      shared_->orders.give({.which = std::move(which),
                            .check_first = std::exchange(check_next_, false),
                            .call = {}});
    },
    [this](recall_atom) { return on_recall(); },
    [this](idle_atom) { on_idle(); },
  };
}

void worker::on_exit() {
  // A promise refers to its own actor: one that is kept keeps the actor, and
  // all that it refers to, for ever.
  recalls_.clear();
}

caf::result<bool> worker::on_recall() {
  auto promise = make_response_promise<bool>();
  recalls_.push_back(promise);
  shared_->orders.give(
    {.which = {}, .call = [shared = shared_, self = worker_actor{this}] {
       shared->way_in.if_open([&] { compat::anon_send(self, idle_atom_v); });
     }});
  return promise;
}

void worker::on_idle() {
  recalls_.front().deliver(true);
  recalls_.pop_front();
}

} // namespace foreman::actors
