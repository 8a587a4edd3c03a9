#pragma once

#include "descriptor.hpp"

#include <optional>

namespace supervisor {

/// Until `signals` is made SIGUSR1 would end the program: who asks too early
/// must not do harm. SIGINT and the others shall end it then.
void ignore_early_signals();

/// SIGINT, SIGTERM, SIGHUP and SIGUSR1 as something to read, on the thread that
/// runs the program; they interrupt nobody. Make it before other threads, as
/// they get the signal mask of their maker. SIGPIPE is ignored: a write then
/// fails.
class signals {
public:
  /// Throws `std::system_error` if the system refuses a descriptor.
  signals();

  /// The next signal that has come, if any.
  std::optional<int> next();

  /// Readable while there is one.
  int number() const noexcept {
    return event_.number();
  }

private:
  descriptor event_;
};

} // namespace supervisor
