#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>

#include <cstddef>
#include <map>
#include <mutex>

namespace foreman {

class entry;

/// Which project's body waits for a job of which other project. A body that
/// waits blocks its worker and its project, so a wait is refused when it closes
/// a cycle or would leave no worker unblocked. A wait for a job of another
/// system is never refused, as that has workers of its own, but it blocks its
/// worker like any other. Thread-safe.
class FOREMAN_EXPORT wait_graph {
public:
  explicit wait_graph(std::size_t workers) noexcept : workers_{workers} {}

  /// The body of `waiter` is about to wait for a job of `target`. Returns
  /// `would_deadlock` with the reason, or success; then `leave` must follow.
  expected<void> enter(const entry& waiter, const entry& target);

  void leave(const entry& waiter);

private:
  const std::size_t workers_;
  std::mutex mutex_;
  // At most one edge from each project, as it has at most one body. Both ends
  // are kept alive by the ticket that is waited for and by the running body.
  std::map<const entry*, const entry*> waits_;
};

} // namespace foreman
