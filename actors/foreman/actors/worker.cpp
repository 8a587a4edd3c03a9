#include <foreman/actors/worker.hpp>

#include <utility>

namespace foreman::actors {

worker::worker(caf::actor_config& cfg, context_ptr shared, std::uint32_t number)
  : worker_actor::base{cfg},
    shared_{std::move(shared)},
    bench_{shared_->benches.at(number)} {}

worker::behavior_type worker::make_behavior() {
  return {
    [this](check_atom) { bench_->check(); },
    [this](run_atom, turn& which) { bench_->run(std::move(which)); },
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
  bench_->then([shared = shared_, self = worker_actor{this}] {
    shared->way_in.if_open([&] { compat::anon_send(self, idle_atom_v); });
  });
  return promise;
}

void worker::on_idle() {
  recalls_.front().deliver(true);
  recalls_.pop_front();
}

} // namespace foreman::actors
