#pragma once

#include <foreman/export.hpp>
#include <foreman/job_list.hpp>

namespace foreman {

/// Host code that somebody must not wait for, and who runs it then: a drain has
/// its deadline, and an actor answers others. What is handed over here was
/// published before; nobody's state or outcome depends on when it is run.
/// Thread-safe; fails in no way, but host code may end the thread that runs it.
class FOREMAN_EXPORT errands {
public:
  virtual ~errands() = default;

  /// Calls what the body of `x` has registered with its stop token. Until then
  /// the token says nothing; it does so at once if nothing is registered.
  virtual void stop(const job_ptr& x) = 0;

  /// Calls the listeners of a job that has its outcome while its body runs.
  virtual void announce(const job_ptr& x) = 0;

  /// Jobs that have their outcome and never ran: destroys their bodies, in
  /// order, and calls their listeners.
  virtual void conclude(job_list all) = 0;
};

/// Runs them at once, on the thread that hands them over: for what has no
/// threads.
FOREMAN_EXPORT errands& errands_at_once() noexcept;

} // namespace foreman
