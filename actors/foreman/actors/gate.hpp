#pragma once

#include <foreman/actors/interfaces.hpp>
#include <foreman/unattended.hpp>

#include <cstddef>
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

  /// Has the supervisor of `x` look at it, or the registry give it one.
  void attend(entry_ptr x);

  /// The next entry that waits for a supervisor; null if there is none. Whoever
  /// calls `attend` after an empty answer tells the registry again.
  entry_ptr next_unattended();

  /// Has the supervisor of `x` look at it. One that has none has retired.
  void wake(const entry_ptr& x) const;

  /// Has the registry see to it that projects that wait for the endpoint of
  /// this number are served.
  void serve(std::size_t endpoint) const;

  /// Tells the registry of a supervisor whose project is idle.
  void offer(attendant_ptr idle) const;

  /// The registry of this moment.
  registry_actor registry() const;

  /// Replaces the registry.
  void connect(registry_actor current);

  bool is_open() const;

  /// Shuts the gate for ever: waits for calls under way.
  void close();

private:
  mutable std::shared_mutex mutex_;
  registry_actor registry_;
  bool open_ = true;
  unattended unattended_;
};

} // namespace foreman::actors
