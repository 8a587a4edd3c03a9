#include "thread_limit.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <limits>
#include <memory>

namespace {

constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

std::atomic<std::size_t> allowed{unlimited};
std::atomic<std::size_t> alive{0};
std::atomic<std::size_t> refused{0};

/// A place among the threads that are alive.
struct place {
  ~place() {
    --alive;
  }
};

struct beginning {
  void* (*start)(void*);
  void* argument;
};

void* run(void* argument) {
  const place held; // also given back when the thread is ended in the middle
  const std::unique_ptr<beginning> how{static_cast<beginning*>(argument)};
  return how->start(how->argument);
}

} // namespace

// The dynamic linker finds this one before that of the C library, or of a
// sanitizer, which it passes on to.
extern "C" int pthread_create(pthread_t* id, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) {
  using function = decltype(&pthread_create);
  static const auto real
    = reinterpret_cast<function>(dlsym(RTLD_NEXT, "pthread_create"));
  if (++alive > allowed) {
    --alive;
    ++refused;
    return EAGAIN;
  }
  auto how = std::make_unique<beginning>(beginning{start, argument});
  const int result = real(id, attributes, run, how.get());
  if (result == 0)
    static_cast<void>(how.release()); // the thread's
  else
    --alive;
  return result;
}

namespace foreman::test {

thread_limit::thread_limit(std::size_t more) noexcept {
  refused = 0;
  allowed = alive + more;
}

thread_limit::~thread_limit() {
  allowed = unlimited;
}

std::size_t thread_limit::refusals() const noexcept {
  return refused;
}

std::size_t thread_limit::threads() noexcept {
  return alive;
}

} // namespace foreman::test
