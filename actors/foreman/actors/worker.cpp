#include <foreman/actors/worker.hpp>

#include <utility>

namespace foreman::actors {

worker::worker(caf::actor_config& cfg, context_ptr shared)
  : worker_actor::base{cfg}, shared_{std::move(shared)} {
  compat::fail_without_memory(this);
}

worker::behavior_type worker::make_behavior() {
  return {
    [this](check_atom) {
      if (current_sender() != nullptr)
        checks_.push_back(current_sender()->id());
    },
    [this](run_atom, turn& which) {
      if (!which.home || current_sender() == nullptr)
        return; // nobody's message
      // Several supervisors send at once: a check is for its sender's turn.
      shared_->orders.give(
        {.which = std::move(which),
         .check_first = std::erase(checks_, current_sender()->id()) != 0});
    },
  };
}

} // namespace foreman::actors
