#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/runner.hpp>

#include <memory>

namespace foreman::actors {

/// A thread that takes turns from the workshop, and the connections that it
/// has. The thread and all that it touches live in a shared state, so that a
/// thread whose body never returns can be left behind.
class worker_thread {
public:
  /// Starts the thread, which sleeps at bench `number`; throws
  /// `std::system_error` if there is none to be had. `shared` is held by a body
  /// that was left behind as well.
  worker_thread(const context_ptr& shared, workshop::bench_number number,
                connection_set connections);

  ~worker_thread();
  worker_thread(const worker_thread&) = delete;
  worker_thread& operator=(const worker_thread&) = delete;

  /// Ends the thread after the body that runs now. Does not wait for it.
  void stop();

  /// After `stop`: waits until the thread has ended. On that very thread leaves
  /// it behind instead.
  void join();

  /// After `stop`, and a drain: leaves the thread behind if a body still runs,
  /// or if something else of the host's, such as the end of a connection, holds
  /// it until `until`.
  void join_or_leave(clock::time_point until);

private:
  struct state;

  void leave_or_join(bool leave);

  std::shared_ptr<state> state_;
};

} // namespace foreman::actors
