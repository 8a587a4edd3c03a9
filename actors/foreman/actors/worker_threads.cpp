#include <foreman/actors/worker_threads.hpp>

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace foreman::actors {

worker_threads::worker_threads(const context_ptr& shared) {
  try {
    while (threads_.size() < shared->options.workers)
      start(shared);
  } catch (...) {
    join();
    throw;
  }
}

worker_threads::~worker_threads() {
  join();
}

void worker_threads::start(const context_ptr& shared) {
  // Outside: what a factory throws is the host's.
  auto connections = shared->make_connections();
  try {
    threads_.push_back(std::make_unique<worker_thread>(shared, threads_.size(),
                                                       std::move(connections)));
  } catch (const std::system_error& e) {
    throw exception{
      {errc::no_threads,
       fmt::format("the operating system gave {} of {} worker threads ({}); "
                   "lower workers or raise the limit of threads",
                   threads_.size(), shared->options.workers, e.what())}};
  }
}

void worker_threads::join() {
  for (auto& x : threads_)
    x->stop();
  for (auto& x : threads_)
    x->join();
  threads_.clear();
}

void worker_threads::join_or_leave(clock::time_point until) {
  for (auto& x : threads_)
    x->stop();
  for (auto& x : threads_)
    x->join_or_leave(until);
  threads_.clear();
}

} // namespace foreman::actors
