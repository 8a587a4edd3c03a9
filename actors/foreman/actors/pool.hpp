#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>
#include <foreman/fair_turns.hpp>

#include <unordered_map>
#include <vector>

namespace foreman::actors {

/// Hands workers to supervisors, in fair turns. Holds nothing that cannot be
/// asked for again: a new pool recalls every worker and hears every request.
class pool : public pool_actor::base {
public:
  pool(caf::actor_config& cfg, context_ptr shared);

  const char* name() const override {
    return "foreman.pool";
  }

  behavior_type make_behavior() override;

  void on_exit() override;

private:
  void on_request(const entry_ptr& project);

  // Grants while somebody waits and a worker is idle.
  void serve();

  // Asks a worker to say when it is idle; until then it is nobody's.
  void recall(fair_turns::worker_number which);

  void on_forfeit(const entry_ptr& project);

  void on_lost(fair_turns::worker_number which);

  context_ptr shared_;
  fair_turns turns_;
  // Who asked for each project that waits.
  std::unordered_map<const entry*, supervisor_actor> askers_;
  std::vector<worker_actor> workers_;
};

} // namespace foreman::actors
