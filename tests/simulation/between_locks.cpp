#include "between_locks.hpp"

#include <pthread.h>

#include <utility>

namespace foreman::test {

namespace {

thread_local std::function<void()> interlude;
thread_local unsigned locks_held = 0;

void let_others_move() {
  if (locks_held != 0 || !interlude)
    return;
  // Out of the way while it runs: it takes locks, too.
  auto f = std::exchange(interlude, nullptr);
  f();
  interlude = std::move(f);
}

void before_lock() {
  let_others_move();
  ++locks_held;
}

} // namespace

between_locks::between_locks(std::function<void()> f) {
  interlude = std::move(f);
}

between_locks::~between_locks() {
  interlude = nullptr;
}

void between_locks::pass_time() {
  let_others_move();
}

between_locks::suspended::suspended() : f_{std::exchange(interlude, nullptr)} {}

between_locks::suspended::~suspended() {
  interlude = std::move(f_);
}

} // namespace foreman::test

// What `--wrap` of the linker asks for; see CMakeLists.txt.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {

int __real_pthread_mutex_lock(pthread_mutex_t* which);
int __real_pthread_mutex_unlock(pthread_mutex_t* which);
int __real_pthread_rwlock_rdlock(pthread_rwlock_t* which);
int __real_pthread_rwlock_wrlock(pthread_rwlock_t* which);
int __real_pthread_rwlock_unlock(pthread_rwlock_t* which);

int __wrap_pthread_mutex_lock(pthread_mutex_t* which) {
  foreman::test::before_lock();
  return __real_pthread_mutex_lock(which);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t* which) {
  --foreman::test::locks_held;
  return __real_pthread_mutex_unlock(which);
}

int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t* which) {
  foreman::test::before_lock();
  return __real_pthread_rwlock_rdlock(which);
}

int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t* which) {
  foreman::test::before_lock();
  return __real_pthread_rwlock_wrlock(which);
}

int __wrap_pthread_rwlock_unlock(pthread_rwlock_t* which) {
  --foreman::test::locks_held;
  return __real_pthread_rwlock_unlock(which);
}

} // extern "C"
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
