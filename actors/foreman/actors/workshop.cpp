#include <foreman/actors/workshop.hpp>
#include <foreman/at_scope_end.hpp>
#include <foreman/entry.hpp>

#include <algorithm>
#include <utility>

namespace foreman::actors {

// -- a thread that sleeps -----------------------------------------------------

void workshop::bench::sleep() {
  std::unique_lock held{mutex_};
  changed_.wait(held, [this] { return woken_; });
  woken_ = false;
}

void workshop::bench::wake() {
  {
    const std::lock_guard held{mutex_};
    woken_ = true;
  }
  changed_.notify_one();
}

// -- orders -------------------------------------------------------------------

workshop::workshop(std::size_t benches, std::atomic<std::size_t>& waiting)
  : waiting_{waiting}, benches_(benches), open_benches_{benches} {
  asleep_.reserve(benches); // a thread falls asleep without memory
}

void workshop::give(order what) {
  guard held{mutex_};
  if (open_benches_ == 0)
    return;
  orders_.push_back(std::move(what));
  unlock_and_wake(held);
}

void workshop::unlock_and_wake(guard& held) {
  waiting_.store(orders_.size(), std::memory_order_relaxed);
  bench* chosen = nullptr;
  if (!one_is_on_its_way_ && !orders_.empty() && !asleep_.empty()) {
    one_is_on_its_way_ = true;
    chosen = &benches_[asleep_.back()];
    asleep_.pop_back();
  }
  held.unlock();
  if (chosen != nullptr)
    chosen->wake();
}

std::optional<workshop::order> workshop::take(bench_number from,
                                              bool less_fit) {
  guard held{mutex_};
  auto& own = benches_[from];
  while (!own.closed) {
    if (!orders_.empty())
      return take(held);
    asleep_.insert(less_fit ? asleep_.begin() : asleep_.end(), from);
    held.unlock();
    bool woke = false;
    // A thread that ends in its sleep takes no wake-up with it.
    const at_scope_end hand_on{[&] {
      held.lock();
      if (woke || std::erase(asleep_, from) == 0)
        one_is_on_its_way_ = false;
      if (!woke)
        unlock_and_wake(held);
    }};
    own.sleep();
    woke = true;
  }
  unlock_and_wake(held); // it may have been woken for an order
  return std::nullopt;
}

std::optional<workshop::order> workshop::take(guard& held) {
  auto result = std::move(orders_.front());
  orders_.pop_front();
  unlock_and_wake(held);
  return result;
}

std::optional<workshop::order> workshop::try_take() {
  guard held{mutex_};
  if (orders_.empty())
    return std::nullopt;
  return take(held);
}

bool workshop::has_orders() const {
  const guard held{mutex_};
  return !orders_.empty();
}

void workshop::close(bench_number which) {
  std::deque<order> forgotten; // destroyed without the lock
  guard held{mutex_};
  auto& x = benches_[which];
  if (std::exchange(x.closed, true))
    return;
  if (--open_benches_ == 0) {
    forgotten.swap(orders_);
    waiting_.store(0, std::memory_order_relaxed);
  }
  const bool sleeps = std::erase(asleep_, which) != 0;
  held.unlock();
  if (sleeps)
    x.wake();
}

} // namespace foreman::actors
