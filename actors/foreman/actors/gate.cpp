#include <foreman/actors/gate.hpp>

#include <cstdint>
#include <utility>

namespace foreman::actors {

void gate::attend(entry_ptr x) {
  if_open([&] {
    if (x->wake())
      return; // it was left alone for a while only: it rested, or is deferred
    if (unattended_.push(std::move(x)))
      compat::anon_send(registry_, wake_atom_v);
  });
}

entry_ptr gate::next_unattended() {
  return unattended_.pop();
}

void gate::wake(const entry_ptr& x) const {
  // Under the lock as a whole: no handle of an actor outlives `close`.
  if_open([&] { x->wake(); });
}

void gate::serve(std::size_t endpoint) const {
  if_open([&] {
    compat::anon_send(registry_, serve_atom_v, std::uint64_t{endpoint});
  });
}

void gate::offer(attendant_ptr idle) const {
  if_open([&] { compat::anon_send(registry_, idle_atom_v, std::move(idle)); });
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

bool gate::is_open() const {
  const std::shared_lock guard{mutex_};
  return open_;
}

void gate::close() {
  registry_actor last; // dropped without the lock
  {
    const std::unique_lock guard{mutex_};
    open_ = false;
    std::swap(last, registry_);
  }
  // What an entry shares knows this gate. The registry may still take some.
  while (unattended_.pop())
    ;
}

} // namespace foreman::actors
