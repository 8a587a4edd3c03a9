#include <foreman/accounts.hpp>

#include <algorithm>
#include <utility>

namespace foreman {

accounts::accounts(std::size_t total_limit) noexcept
  : total_limit_{total_limit} {}

// -- admission ----------------------------------------------------------------

errc accounts::ask() const noexcept {
  if (draining())
    return errc::draining;
  // In this order: what is freed was taken before. So when it is full by these
  // numbers, it was at the moment before the second was read.
  const auto taken = taken_.load(std::memory_order_relaxed);
  if (!is_full(taken, freed_seen_.load(std::memory_order_relaxed)))
    return errc::ok;
  const auto now = freed();
  freed_seen_.store(now, std::memory_order_relaxed);
  return is_full(taken, now) ? errc::system_full : errc::ok;
}

errc accounts::take_place() noexcept {
  auto taken = taken_.load(std::memory_order_relaxed);
  do {
    if (is_full(taken, freed_seen_.load(std::memory_order_relaxed))) {
      const auto now = freed();
      freed_seen_.store(now, std::memory_order_relaxed);
      if (is_full(taken, now))
        return errc::system_full;
    }
  } while (!taken_.compare_exchange_weak(taken, taken + 1));
  // Drain against submit: the place is taken before `draining_` is read, and a
  // drain writes `draining_` before it reads the places (both sequentially
  // consistent). So either this submit sees the drain and gives up, or the
  // drain sees the place and waits for the job.
  if (!draining())
    return errc::ok;
  given_back_.fetch_add(1);
  release();
  return errc::draining;
}

std::uint64_t accounts::freed() const noexcept {
  return given_back_.load() + succeeded_.load() + failed_.load()
    + cancelled_.load() + expired_.load();
}

expected<job_id> accounts::admit() noexcept {
  const auto why = draining() ? errc::draining : take_place();
  if (why != errc::ok)
    return why;
  return job_id{admitted_.fetch_add(1) + 1};
}

void accounts::count_rejection() noexcept {
  rejected_.fetch_add(1, std::memory_order_relaxed);
}

void accounts::settle(job_state final_state) noexcept {
  using enum job_state;
  auto& book = final_state == succeeded ? succeeded_
    : final_state == cancelled          ? cancelled_
    : final_state == expired            ? expired_
                                        : failed_;
  book.fetch_add(1);
}

std::uint64_t accounts::unfinished() const noexcept {
  // In this order: what is done was taken before, so the difference is never
  // negative, and when it is 0 it was so at a moment between the two.
  const auto done = done_.load();
  return taken_.load() - done;
}

void accounts::stop_admitting() noexcept {
  draining_.store(true);
}

void accounts::count_abandoned() noexcept {
  abandoned_.fetch_add(1);
}

void accounts::release() {
  done_.fetch_add(1);
  // A waiter says how few it waits for before it looks, and this is added up
  // before it is compared: one of the two sees the other.
  if (!draining() || unfinished() > few_)
    return;
  // The mutex closes the gap between a waiter's test and its sleep.
  std::vector<std::function<void()>> due;
  {
    const std::lock_guard guard{mutex_};
    // Read here, not from the addition above: a job may have been admitted
    // since, and these listeners may be waiting for it.
    if (empty())
      due.swap(listeners_);
    empty_.notify_all();
  }
  for (auto& f : due)
    f();
}

bool accounts::wait_until_empty(std::chrono::steady_clock::time_point until,
                                std::uint64_t except) {
  std::unique_lock guard{mutex_};
  few_ = std::max(few_.load(), except);
  return empty_.wait_until(guard, until,
                           [&] { return unfinished() <= except; });
}

void accounts::on_empty(std::function<void()> f) {
  {
    const std::lock_guard guard{mutex_};
    if (!empty()) {
      listeners_.push_back(std::move(f));
      return;
    }
  }
  f();
}

ledger accounts::outcomes() const noexcept {
  ledger result;
  result.succeeded = succeeded_.load();
  result.failed = failed_.load();
  result.cancelled = cancelled_.load();
  result.expired = expired_.load();
  return result;
}

ledger accounts::totals() const noexcept {
  // Counters only grow: outcomes that are the same before and after the
  // admitted were read did not change in between, so all was true when those
  // were read. Whoever comes between makes this look again, as a reader of a
  // seqlock does; that takes a fraction of a microsecond.
  auto result = outcomes();
  for (;;) {
    const auto admitted = admitted_.load();
    const auto again = outcomes();
    if (again == result) {
      result.admitted = admitted;
      result.rejected = rejected_.load(std::memory_order_relaxed);
      return result;
    }
    result = again;
  }
}

} // namespace foreman
