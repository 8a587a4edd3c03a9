#pragma once

#include <foreman/export.hpp>
#include <foreman/sql/socket.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace foreman::sql {

/// @cond

// Has a thread that was late end by itself. When the process exits, it gets a
// moment to do so, as client libraries clean up under its feet.
FOREMAN_EXPORT void leave_behind(std::thread late,
                                 std::shared_future<void> end);

/// @endcond

/// Calls of a client library that know no deadline, each on a thread of its
/// own, so that who calls goes on at the deadline. One that is late is left
/// behind; until it is over there is no other: one such thread at most.
template <class T>
class bounded_call {
public:
  /// Whether the last one is over.
  bool is_free() const {
    return !last_.valid()
      || last_.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
  }

  /// Calls `what` unless the last one is not over; returns nothing if it does
  /// not return by `until`. What it returns then is destroyed on its thread.
  std::optional<T> call(std::function<T()> what, deadline until) {
    if (!is_free())
      return {};
    std::packaged_task<T()> task{std::move(what)};
    auto result = task.get_future();
    std::promise<void> end;
    last_ = end.get_future().share();
    std::thread thread{
      [task = std::move(task), end = std::move(end)]() mutable {
        task();
        task = {};
        end.set_value();
      }};
    if (result.wait_until(until) != std::future_status::ready) {
      leave_behind(std::move(thread), last_);
      return {};
    }
    thread.join();
    return result.get();
  }

private:
  // Ready when the last one is over, on its thread.
  std::shared_future<void> last_;
};

} // namespace foreman::sql
