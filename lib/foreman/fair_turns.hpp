#pragma once

#include <foreman/entry.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_set>
#include <vector>

namespace foreman {

/// Who gets the next worker: the project that has waited longest. What the pool
/// decides by; a plain value without actors. Not thread-safe.
///
/// Workers are known by a number, leases by another that is never used twice,
/// so that whatever comes late is told from what is current. Every call may
/// come twice.
class fair_turns {
public:
  using worker_number = std::uint32_t;
  using lease_number = std::uint64_t;

  struct grant {
    entry_ptr project;
    worker_number worker = 0;
    lease_number lease = 0;
  };

  /// Numbers its leases from `first_lease` on.
  explicit fair_turns(lease_number first_lease = 0)
    : last_lease_{first_lease} {}

  /// `project` wants a worker. It waits at most once.
  void request(const entry_ptr& project);

  /// `project` wants none any more. Returns the workers it still holds; they
  /// are nobody's until they are idle again.
  std::vector<worker_number> forfeit(const entry_ptr& project);

  /// The holder of `lease` gives its worker back. Ignored if it is not current.
  void release(worker_number worker, lease_number lease);

  /// `worker` has nothing to do and belongs to nobody. Ignored if it is leased.
  void idle(worker_number worker);

  /// `worker` is gone. Returns who held it, if anybody did.
  std::optional<grant> lost(worker_number worker);

  /// Grants the project that has waited longest an idle worker: the one that
  /// was used last, as its caches are warm. None if nobody waits or none is
  /// idle.
  std::optional<grant> next();

  std::size_t waiting() const noexcept {
    return waiting_.size();
  }

  /// How many projects have no worker to themselves if there are really only
  /// `workers`: those that wait, and those that are granted a place behind
  /// another one.
  std::size_t waiting_with(std::size_t workers) const noexcept {
    const auto leased = leases_.size();
    return waiting_.size() + (leased > workers ? leased - workers : 0);
  }

  std::size_t idle_workers() const noexcept {
    return idle_.size();
  }

  std::size_t leased_workers() const noexcept {
    return leases_.size();
  }

private:
  std::deque<entry_ptr> waiting_;
  std::unordered_set<const entry*> known_waiting_;
  std::vector<worker_number> idle_;
  std::map<worker_number, grant> leases_;
  lease_number last_lease_;
};

} // namespace foreman
