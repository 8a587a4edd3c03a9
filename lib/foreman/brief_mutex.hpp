#pragma once

#include <foreman/export.hpp>

#include <pthread.h>

namespace foreman {

/// A mutex for sections of a few instructions: whoever finds it taken spins a
/// little before it sleeps, as it is free again sooner than a thread can fall
/// asleep and be woken. The adaptive mutex of glibc, where there is one.
class FOREMAN_EXPORT brief_mutex {
public:
  brief_mutex() noexcept;
  ~brief_mutex();
  brief_mutex(const brief_mutex&) = delete;
  brief_mutex& operator=(const brief_mutex&) = delete;

  void lock() noexcept {
    pthread_mutex_lock(&mutex_);
  }

  void unlock() noexcept {
    pthread_mutex_unlock(&mutex_);
  }

private:
  pthread_mutex_t mutex_;
};

} // namespace foreman
