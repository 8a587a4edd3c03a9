#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>
#include <foreman/fair_turns.hpp>

#include <cstdint>
#include <vector>

namespace foreman::actors {

/// Hands workers to supervisors, in fair turns. Holds nothing that cannot be
/// asked for again: a new pool is told of every worker and hears every request.
class pool : public pool_actor::base {
public:
  pool(caf::actor_config& cfg, context_ptr shared);

  const char* name() const override {
    return "foreman.pool";
  }

  behavior_type make_behavior() override;

  void on_exit() override;

private:
  // To the supervisor that asked, even if it has died since: what goes to it is
  // forfeited, and its successor has nothing that is not its own.
  using turns = fair_turns<supervisor_actor>;

  // Grants while somebody waits and a worker is idle; tells the registry when
  // few wait.
  void serve();

  void on_lost(std::uint32_t worker);

  context_ptr shared_;
  turns turns_;
  registry_actor who_asks_; // null while nobody does
  std::vector<worker_actor> workers_;
};

} // namespace foreman::actors
