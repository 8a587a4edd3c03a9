#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/workshop.hpp>
#include <foreman/runner.hpp>

#include <memory>

namespace foreman::actors {

/// A workbench that is a thread: asleep until it gets something to do, or until
/// a turn waits behind another thread of its workshop. The thread and all that
/// it touches live in a shared state, so that a thread whose body never returns
/// can be left behind.
class worker_thread : public workbench {
public:
  /// Starts the thread, which takes the orders of bench `number`; throws
  /// `std::system_error` if there is none to be had. `shared` is held by a body
  /// that was left behind as well.
  worker_thread(const context_ptr& shared, std::shared_ptr<workshop> orders,
                workshop::bench_number number, connection_set connections);

  ~worker_thread() override;
  worker_thread(const worker_thread&) = delete;
  worker_thread& operator=(const worker_thread&) = delete;

  void check() override;

  void run(turn which) override;

  void then(std::function<void()> f) override;

  /// Ends the thread after the body that runs now, and forgets what waits.
  /// Does not wait for it.
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
