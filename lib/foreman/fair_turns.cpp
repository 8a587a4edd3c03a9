#include <foreman/fair_turns.hpp>

#include <algorithm>
#include <utility>

namespace foreman {

void fair_turns::request(const entry_ptr& project) {
  if (known_waiting_.insert(project.get()).second)
    waiting_.push_back(project);
}

std::vector<fair_turns::worker_number>
fair_turns::forfeit(const entry_ptr& project) {
  if (known_waiting_.erase(project.get()) != 0)
    std::erase(waiting_, project);
  std::vector<worker_number> held;
  for (const auto& [worker, holder] : leases_)
    if (holder.project == project)
      held.push_back(worker);
  for (const auto worker : held)
    leases_.erase(worker);
  return held;
}

void fair_turns::release(worker_number worker, lease_number lease) {
  const auto at = leases_.find(worker);
  if (at == leases_.end() || at->second.lease != lease)
    return;
  leases_.erase(at);
  idle_.push_back(worker);
}

void fair_turns::idle(worker_number worker) {
  if (!leases_.contains(worker)
      && std::find(idle_.begin(), idle_.end(), worker) == idle_.end())
    idle_.push_back(worker);
}

std::optional<fair_turns::grant> fair_turns::lost(worker_number worker) {
  std::erase(idle_, worker);
  const auto at = leases_.find(worker);
  if (at == leases_.end())
    return std::nullopt;
  auto held = std::move(at->second);
  leases_.erase(at);
  return held;
}

std::optional<fair_turns::grant> fair_turns::next() {
  if (waiting_.empty() || idle_.empty())
    return std::nullopt;
  grant result{std::move(waiting_.front()), idle_.back(), ++last_lease_};
  waiting_.pop_front();
  known_waiting_.erase(result.project.get());
  idle_.pop_back();
  leases_.insert_or_assign(result.worker, result);
  return result;
}

} // namespace foreman
