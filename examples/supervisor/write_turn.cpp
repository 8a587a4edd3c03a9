#include "write_turn.hpp"

namespace supervisor {

void write_turn::take(const foreman::job_context& job) {
  std::unique_lock guard{mutex_};
  if (!free_.wait(guard, job.stop_token(), [this] { return !taken_; }))
    throw foreman::stopped{};
  taken_ = true;
}

void write_turn::give_back() noexcept {
  {
    const std::lock_guard guard{mutex_};
    taken_ = false;
  }
  free_.notify_one();
}

held_turn::held_turn(const foreman::job_context& job, write_turn* turn)
  : turn_{turn} {
  if (turn_ != nullptr)
    turn_->take(job);
}

held_turn::~held_turn() {
  if (turn_ != nullptr)
    turn_->give_back();
}

} // namespace supervisor
