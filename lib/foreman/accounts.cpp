#include <foreman/accounts.hpp>

#include <fmt/format.h>

#include <utility>

namespace foreman {

accounts::accounts(std::size_t total_limit) noexcept
  : total_limit_{total_limit} {}

expected<void> accounts::reserve() {
  // Drain against submit: the place is taken before `draining_` is read, and a
  // drain writes `draining_` before it reads the places (both sequentially
  // consistent). So either this submit sees the drain and gives up, or the
  // drain sees the place and waits for the job.
  pins_.fetch_add(1);
  auto open = open_.load(std::memory_order_relaxed);
  do {
    if (draining()) {
      release();
      return errc::draining;
    }
    if (open >= total_limit_) {
      release();
      return error{errc::system_full,
                   fmt::format("the system has {} open jobs, its limit; try "
                               "again when some have ended or raise "
                               "max.total",
                               total_limit_)};
    }
  } while (!open_.compare_exchange_weak(open, open + 1));
  return {};
}

job_id accounts::admit() noexcept {
  return {admitted_.fetch_add(1) + 1};
}

void accounts::give_back() {
  open_.fetch_sub(1);
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
  open_.fetch_sub(1);
}

void accounts::stop_admitting() noexcept {
  draining_.store(true);
}

void accounts::count_abandoned() noexcept {
  abandoned_.fetch_add(1);
}

void accounts::release() {
  pins_.fetch_sub(1);
  if (!draining())
    return;
  // The mutex closes the gap between a waiter's test and its sleep.
  std::vector<std::function<void()>> due;
  {
    const std::lock_guard guard{mutex_};
    // Read here, not from the subtraction above: a job may have been admitted
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
  return empty_.wait_until(guard, until,
                           [&] { return pins_.load() <= except; });
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
