#include <foreman/actors/workshop.hpp>

#include <utility>

namespace foreman::actors {

void workshop::order_check(bench_number to) {
  const std::lock_guard guard{mutex_};
  benches_[to].check_next = true;
}

void workshop::give(bench_number to, turn which) {
  const std::lock_guard guard{mutex_};
  give_locked(to,
              {.which = std::move(which),
               .check_first = std::exchange(benches_[to].check_next, false),
               .call = {}});
}

void workshop::give(bench_number to, std::function<void()> f) {
  const std::lock_guard guard{mutex_};
  give_locked(to, {.which = {}, .call = std::move(f)});
}

void workshop::give_locked(bench_number to, order what) {
  auto& x = benches_[to];
  if (x.closed)
    return;
  const bool is_turn = what.is_turn();
  turns_waiting_ += is_turn ? 1 : 0;
  x.orders.push_back({++last_number_, std::move(what)});
  if (x.sleeps)
    wake_locked(to);
  else if (is_turn && !asleep_.empty())
    wake_locked(asleep_.back()); // it finds the turn that waits longest
}

void workshop::wake_locked(bench_number which) {
  benches_[which].sleeps = false;
  std::erase(asleep_, which);
  benches_[which].woken.notify_one();
}

workshop::bench* workshop::longest_waiting_locked() {
  bench* result = nullptr;
  if (turns_waiting_ == 0)
    return result;
  for (auto& x : benches_)
    if (!x.orders.empty() && x.orders.front().what.is_turn()
        && (result == nullptr
            || x.orders.front().number < result->orders.front().number))
      result = &x;
  return result;
}

std::optional<workshop::order> workshop::take(bench_number from) {
  std::unique_lock guard{mutex_};
  auto& own = benches_[from];
  while (!own.closed) {
    auto* source = own.orders.empty() ? longest_waiting_locked() : &own;
    if (source != nullptr) {
      auto result = std::move(source->orders.front().what);
      source->orders.pop_front();
      turns_waiting_ -= result.is_turn() ? 1 : 0;
      return result;
    }
    own.sleeps = true;
    asleep_.push_back(from);
    own.woken.wait(guard, [&own] { return !own.sleeps; });
  }
  return std::nullopt;
}

void workshop::close(bench_number which) {
  std::deque<waiting_order> forgotten; // destroyed without the lock
  const std::lock_guard guard{mutex_};
  auto& x = benches_[which];
  x.closed = true;
  forgotten.swap(x.orders);
  for (const auto& y : forgotten)
    turns_waiting_ -= y.what.is_turn() ? 1 : 0;
  if (x.sleeps)
    wake_locked(which);
}

} // namespace foreman::actors
