#pragma once

#include <foreman/turn.hpp>

#include <functional>

namespace foreman::actors {

/// Where the jobs of one worker run: a thread in a real system, a list of
/// cranked steps in a simulation. Does what it is told in the order in which it
/// was told, unless another bench takes over a turn that waits. Outlives its
/// worker actor: a body always runs to its end.
class workbench {
public:
  virtual ~workbench() = default;

  /// Check all connections before the next job (G7).
  virtual void check() = 0;

  /// Run jobs of `which`, then end it.
  virtual void run(turn which) = 0;

  /// Call `f` when everything before it is done.
  virtual void then(std::function<void()> f) = 0;
};

} // namespace foreman::actors
