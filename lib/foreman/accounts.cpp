#include <foreman/accounts.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace foreman {

accounts::accounts(std::size_t total_limit) noexcept
  : total_limit_{total_limit} {}

expected<void> accounts::reserve() {
  auto taken = taken_.load(std::memory_order_relaxed);
  do {
    // Signed: a place may be taken and freed between two of these reads.
    const auto is_full = [&](std::uint64_t freed) {
      return static_cast<std::int64_t>(taken - freed)
        >= static_cast<std::int64_t>(total_limit_);
    };
    if (draining())
      return errc::draining;
    if (is_full(freed_seen_.load(std::memory_order_relaxed))) {
      const auto now = freed();
      freed_seen_.store(now, std::memory_order_relaxed);
      if (is_full(now))
        return error{errc::system_full,
                     fmt::format("the system has {} open jobs, its limit; try "
                                 "again when some have ended or raise "
                                 "max.total",
                                 total_limit_)};
    }
  } while (!taken_.compare_exchange_weak(taken, taken + 1));
  // Drain against submit: the place is taken before `draining_` is read, and a
  // drain writes `draining_` before it reads the places (both sequentially
  // consistent). So either this submit sees the drain and gives up, or the
  // drain sees the place and waits for the job.
  if (draining()) {
    give_back();
    return errc::draining;
  }
  return {};
}

std::uint64_t accounts::freed() const noexcept {
  return given_back_.load() + succeeded_.load() + failed_.load()
    + cancelled_.load() + expired_.load();
}

job_id accounts::admit() noexcept {
  return {admitted_.fetch_add(1) + 1};
}

void accounts::give_back() {
  given_back_.fetch_add(1);
  release();
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

ledger accounts::totals() const noexcept {
  // Outcomes first: a job that is admitted and ends between the two reads is
  // then missing among the outcomes, never among the admitted.
  ledger result;
  result.succeeded = succeeded_.load();
  result.failed = failed_.load();
  result.cancelled = cancelled_.load();
  result.expired = expired_.load();
  result.rejected = rejected_.load();
  result.admitted = admitted_.load();
  return result;
}

} // namespace foreman
