#pragma once

#include <csignal>

namespace example {

/// SIGTERM and SIGINT as something to wait for. Make it before any thread, as
/// it blocks them in this one and in those that are started later.
class end_signal {
public:
  end_signal();

  /// Blocks until one of them has come.
  void wait();

private:
  sigset_t which_{};
};

} // namespace example
