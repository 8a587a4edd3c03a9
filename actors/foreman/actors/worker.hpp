#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>

#include <caf/fwd.hpp>

#include <vector>

namespace foreman::actors {

/// A front of the workshop: takes `check` and `run` and passes them on in
/// order, to whichever thread is free. Holds no job; a worker that dies is
/// replaced by another front, and bodies go on meanwhile.
class worker : public worker_actor::base {
public:
  worker(caf::actor_config& cfg, context_ptr shared);

  const char* name() const override {
    return "foreman.worker";
  }

  behavior_type make_behavior() override;

private:
  context_ptr shared_;
  // Whose next turn has a check before it.
  std::vector<caf::actor_id> checks_;
};

} // namespace foreman::actors
