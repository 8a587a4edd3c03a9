#include "http/end_signal.hpp"

namespace example {

end_signal::end_signal() {
  sigemptyset(&which_);
  sigaddset(&which_, SIGTERM);
  sigaddset(&which_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &which_, nullptr);
}

void end_signal::wait() {
  int came = 0;
  sigwait(&which_, &came);
}

} // namespace example
