#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>
#include <foreman/fair_turns.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
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
  // A worker has two places: one for the turn that it runs, one for the next,
  // so that it need not wait for messages in between. `fair_turns` takes each
  // place for a worker.
  using place_number = fair_turns::worker_number;

  static constexpr std::size_t places = 2;

  void on_request(const entry_ptr& project);

  // Grants while somebody waits and a worker is idle.
  void serve();

  // Asks a worker to say when it has come to the end of what it was told; until
  // then the place is nobody's.
  void recall(place_number which);

  void on_forfeit(const entry_ptr& project);

  void on_lost(std::uint32_t worker);

  std::array<place_number, places> places_of(std::uint32_t worker) const;

  const worker_actor& worker_at(place_number which) const;

  context_ptr shared_;
  fair_turns turns_;
  // Who asked for each project that waits.
  std::unordered_map<const entry*, supervisor_actor> askers_;
  std::vector<worker_actor> workers_;
};

} // namespace foreman::actors
