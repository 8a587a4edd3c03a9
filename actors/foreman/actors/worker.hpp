#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>

#include <deque>

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

  void on_exit() override;

private:
  caf::result<bool> on_recall();

  void on_idle();

  context_ptr shared_;
  // The next turn has a check before it.
  bool check_next_ = false;
  // Recalls that no thread has reached.
  std::deque<caf::typed_response_promise<bool>> recalls_;
};

} // namespace foreman::actors
