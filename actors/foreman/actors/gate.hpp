#pragma once

#include <foreman/actors/interfaces.hpp>

#include <shared_mutex>
#include <utility>

namespace foreman::actors {

/// The way from threads into the actor world, and the one place where it can be
/// shut: an abandoned body may return when the `caf::actor_system` is gone, and
/// must then reach no actor. Thread-safe.
class gate {
public:
  /// Calls `f` while the actor system is certain to be there, or not at all.
  template <class F>
  void if_open(F&& f) const {
    const std::shared_lock guard{mutex_};
    if (open_)
      std::forward<F>(f)();
  }

  /// Has `x` looked at: by its supervisor, or by the registry, which gives it
  /// one.
  void wake(const entry_ptr& x) const;

  /// The registry of this moment.
  registry_actor registry() const;

  /// Replaces the registry.
  void connect(registry_actor current);

  /// Shuts the gate for ever: waits for calls under way.
  void close();

private:
  mutable std::shared_mutex mutex_;
  registry_actor registry_;
  bool open_ = true;
};

} // namespace foreman::actors
