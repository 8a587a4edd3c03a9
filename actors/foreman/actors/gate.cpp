#include <foreman/actors/gate.hpp>

#include <cstdint>
#include <utility>

namespace foreman::actors {

void gate::attend(entry_ptr x) {
  if_open([&] {
    if (x->wake())
      return; // it was left alone for a while only: its next job is deferred
    unattended_.push(std::move(x));
    // One message for all that come until the registry looks: it unsets this
    // before its last look at the list. So whoever finds it set has pushed
    // before that look.
    if (!told_.exchange(true))
      compat::anon_send(registry_, wake_atom_v);
  });
}

entry_ptr gate::next_unattended() {
  if (auto x = unattended_.pop())
    return x;
  told_ = false;
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

void gate::offer(attendant_ptr free) const {
  if_open(
    [&] { compat::anon_send(registry_, retire_atom_v, std::move(free)); });
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
  {
    const std::unique_lock guard{mutex_};
    open_ = false;
    std::swap(last, registry_);
  }
  while (unattended_.pop())
    ; // what an entry shares knows this gate
}

} // namespace foreman::actors
