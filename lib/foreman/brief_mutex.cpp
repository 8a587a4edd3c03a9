#include <foreman/brief_mutex.hpp>

namespace foreman {

brief_mutex::brief_mutex() noexcept {
  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
#ifdef PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP
  pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
  pthread_mutex_init(&mutex_, &kind);
  pthread_mutexattr_destroy(&kind);
}

brief_mutex::~brief_mutex() {
  pthread_mutex_destroy(&mutex_);
}

} // namespace foreman
