#include <foreman/host_call.hpp>
#include <foreman/interruption.hpp>

#include <pthread.h>

#include <system_error>

namespace foreman {

void interruption::watch(connection_mask connections) {
  watched_.fetch_or(connections);
  // One that was asked to stop before it came here is not interrupted: it goes
  // on knowingly, or to clean up.
  if (!callback_ && !job_.stop_requested())
    callback_.emplace(job_.stop_token(), on_stop{this});
}

void interruption::begin() noexcept {
  try {
    thread_ = std::thread{[this] { interrupt(); }};
  } catch (const std::system_error&) {
    interrupt(); // rather late than never
  }
}

void interruption::interrupt() noexcept {
  const host_call here{host_role::connection, job_};
  interrupted_ = watched_.load();
  over_ = connections_.interrupt(interrupted_);
}

bool interruption::end() noexcept {
  callback_.reset(); // it has returned, or will not be called
  if (thread_.joinable()) {
    // A cancellation of this thread that the body has left pending would end
    // the wait.
    int before = 0;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    thread_.join();
    pthread_setcancelstate(before, nullptr);
  }
  if (interrupted_ == 0)
    return false;
  connections_.interrupted(interrupted_, over_);
  interrupted_ = 0;
  return true;
}

} // namespace foreman
