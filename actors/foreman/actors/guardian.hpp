#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>

#include <functional>
#include <vector>

namespace foreman::actors {

/// Makes the registry, the pool and the workers anew when they die, and ends
/// them with the system. Knows nothing of projects or jobs.
///
/// What dies takes its mailbox with it, so whoever is made anew asks again:
/// the registry looks at every entry, the pool is told of every worker, and
/// each supervisor forgets its lease and requests another.
class guardian : public guardian_actor::base {
public:
  guardian(caf::actor_config& cfg, context_ptr shared, registry_actor registry,
           pool_actor pool);

  const char* name() const override {
    return "foreman.guardian";
  }

  behavior_type make_behavior() override;

private:
  void start_worker(std::uint32_t number);

  void watch_pool();

  void watch_registry();

  void on_worker_down(std::uint32_t number, const caf::error& why);

  void on_pool_down(const caf::error& why);

  void on_registry_down(const caf::error& why);

  void on_stop();

  void end();

  context_ptr shared_;
  compat::down_watch<std::function<void(const caf::error&)>> downs_;
  registry_actor registry_;
  pool_actor pool_;
  std::vector<worker_actor> workers_;
  guardian_actor self_;
  bool stopping_ = false;
};

} // namespace foreman::actors
