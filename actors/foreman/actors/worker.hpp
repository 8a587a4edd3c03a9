#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>

#include <deque>

namespace foreman::actors {

/// The front of one workbench: takes `check` and `run` and passes them on in
/// order. Holds no job; a worker that dies is replaced by another front of the
/// same bench, whose bodies go on meanwhile.
class worker : public worker_actor::base {
public:
  worker(caf::actor_config& cfg, context_ptr shared, std::uint32_t number);

  const char* name() const override {
    return "foreman.worker";
  }

  behavior_type make_behavior() override;

  void on_exit() override;

private:
  caf::result<bool> on_recall();

  void on_idle();

  context_ptr shared_;
  std::shared_ptr<workbench> bench_;
  // Recalls that the bench has not reached.
  std::deque<caf::typed_response_promise<bool>> recalls_;
};

} // namespace foreman::actors
