#include <foreman/actors/gate.hpp>

namespace foreman::actors {

void gate::wake(const entry_ptr& x) const {
  // Under the lock as a whole: no handle of an actor outlives `close`.
  if_open([&] {
    if (!x->wake())
      compat::anon_send(registry_, wake_atom_v, x);
  });
}

registry_actor gate::registry() const {
  const std::shared_lock guard{mutex_};
  return registry_;
}

void gate::connect(registry_actor current) {
  const std::unique_lock guard{mutex_};
  if (open_)
    registry_ = std::move(current);
}

void gate::close() {
  registry_actor last; // dropped without the lock
  const std::unique_lock guard{mutex_};
  open_ = false;
  std::swap(last, registry_);
}

} // namespace foreman::actors
