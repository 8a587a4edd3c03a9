#pragma once

#include <pthread.h>

namespace foreman {

/// Lets `pthread_cancel` take effect on this thread while it lives. A worker's
/// thread is not cancellable otherwise: in foreman's own code nothing could be
/// put right again, and it would not be the body's end.
class cancellable {
public:
  cancellable() noexcept {
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before_);
  }

  ~cancellable() {
    // Also the kind, which a body may have changed.
    pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, nullptr);
    pthread_setcancelstate(before_, nullptr);
  }

  cancellable(const cancellable&) = delete;
  cancellable& operator=(const cancellable&) = delete;

  /// If this thread was cancelled while one lives, it ends here.
  static void take_effect() {
    pthread_testcancel();
  }

private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

/// Keeps `pthread_cancel` from taking effect on this thread while it lives: for
/// a thread of foreman's own, and for what must not be left half done.
class not_cancellable {
public:
  not_cancellable() noexcept {
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_);
  }

  ~not_cancellable() {
    pthread_setcancelstate(before_, nullptr);
  }

  not_cancellable(const not_cancellable&) = delete;
  not_cancellable& operator=(const not_cancellable&) = delete;

  /// The same for good.
  static void for_good() noexcept {
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
  }

private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

} // namespace foreman
