#include <foreman/entry.hpp>
#include <foreman/printable.hpp>
#include <foreman/wait_graph.hpp>

#include <fmt/format.h>

namespace foreman {

expected<void> wait_graph::enter(const entry& waiter, const entry& target) {
  const std::lock_guard guard{mutex_};
  if (&waiter.shared() != &target.shared()) {
    waits_.emplace(&waiter, &target);
    return {};
  }
  for (const auto* at = &target; at != nullptr;) {
    if (at == &waiter)
      return error{
        errc::would_deadlock,
        &waiter == &target
          ? fmt::format("a job of {} waits for another job of {}, "
                        "which cannot start before it ends",
                        one_line(waiter.project()), one_line(target.project()))
          : fmt::format("a job of {} waits for a job of {}, which "
                        "waits, directly or not, for {}",
                        one_line(waiter.project()), one_line(target.project()),
                        one_line(waiter.project()))};
    const auto next = waits_.find(at);
    at = next == waits_.end() ? nullptr : next->second;
  }
  if (waits_.size() + 1 >= workers_)
    return error{errc::would_deadlock,
                 fmt::format("a wait in a body of {} would leave none of {} "
                             "workers unblocked; raise workers, or submit a "
                             "job that continues instead of waiting",
                             one_line(waiter.project()), workers_)};
  waits_.emplace(&waiter, &target);
  return {};
}

void wait_graph::leave(const entry& waiter) {
  const std::lock_guard guard{mutex_};
  waits_.erase(&waiter);
}

} // namespace foreman
