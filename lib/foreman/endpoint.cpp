#include <foreman/duration_text.hpp>
#include <foreman/endpoint.hpp>
#include <foreman/entry.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace foreman {

endpoint::endpoint(std::string name, std::size_t number,
                   const check_options& options, const clock& time,
                   std::function<double()> random, log_function log)
  : name_{std::move(name)},
    number_{number},
    options_{options},
    time_{&time},
    random_{std::move(random)},
    log_{std::move(log)},
    breaker_{options} {}

endpoint::~endpoint() = default;

// -- trust --------------------------------------------------------------------

void endpoint::report_loss(std::uint64_t seen) noexcept {
  epoch_.compare_exchange_strong(seen, seen + 1);
}

void endpoint::note_reopen() {
  constexpr std::uint64_t enough = 50;
  constexpr double nearly_every = 0.9;
  std::uint64_t checks = 0;
  std::uint64_t reopens = 0;
  {
    const std::lock_guard guard{mutex_};
    const auto now = counts_locked();
    checks = now.checks() - checks_looked_at_;
    if (checks < enough)
      return;
    reopens = now.reopened() - reopens_looked_at_;
    checks_looked_at_ = now.checks();
    reopens_looked_at_ = now.reopened();
  }
  if (static_cast<double>(reopens)
      >= nearly_every * static_cast<double>(checks))
    log(log_level::warning, [&] {
      return fmt::format(
        "connection {} was reopened in {} of its last {} checks: the server, a "
        "proxy or a firewall drops connections that idle for less than the "
        "time between two jobs, or jobs leave transactions open; raise the "
        "idle timeout there",
        name_, reopens, checks);
    });
}

// -- opens --------------------------------------------------------------------

check_verdict endpoint::begin_open() {
  using kind = check_verdict::kind;
  const auto now = time_->now();
  std::unique_lock guard{mutex_};
  const auto permit = breaker_.ask(now);
  if (permit == breaker::permit::granted)
    return {};
  check_verdict result;
  result.where = shared_from_this();
  if (permit == breaker::permit::busy) {
    result.what = kind::busy;
    guard.unlock();
    result.why = describe_if_possible(errc::connection_unavailable, [&] {
      return fmt::format("connection {} waits for others that are being opened",
                         name_);
    });
    return result;
  }
  // What is known of the endpoint is told without asking it.
  const auto code = last_error_.code() == errc::connection_misconfigured
    ? errc::connection_misconfigured
    : errc::connection_unavailable;
  result.what = code == errc::connection_misconfigured ? kind::misconfigured
                                                       : kind::unavailable;
  result.why = describe_if_possible(code, [&] {
    return fmt::format(
      "{}; {} in a row failed, the next try is in {}", last_error_.message(),
      breaker_.failures(),
      in_words(std::max(breaker_.retry_at() - now, clock::duration{})));
  });
  return result;
}

void endpoint::end_open(const expected<void>& result) noexcept {
  std::size_t failures_before = 0;
  std::size_t waiting = 0;
  clock::duration pause{};
  bool tripped = false;
  {
    const std::lock_guard guard{mutex_};
    failures_before = breaker_.failures();
    waiting = waiting_.size();
    if (result) {
      ++open_connections_;
      breaker_.succeeded();
      last_error_ = {};
    } else {
      const auto now = time_->now();
      breaker_.failed(now, random_());
      pause = breaker_.retry_at() - now;
      tripped = breaker_.failures() >= options_.break_after
        && failures_before < options_.break_after;
      try {
        last_error_ = result.error();
      } catch (const std::bad_alloc&) {
        last_error_ = result.error().code();
      }
    }
  }
  if (result && failures_before != 0)
    log(log_level::info, [&] {
      return fmt::format("connection {} is back; {} projects wait for it",
                         name_, waiting);
    });
  if (!result && (failures_before == 0 || tripped))
    log(result.error().code() == errc::connection_misconfigured
          ? log_level::error
          : log_level::warning,
        [&] {
          return fmt::format(
            "{}; {}", result.error().message(),
            tripped ? fmt::format(
              "it failed {} times in a row and is left alone for {}",
              options_.break_after, in_words(pause))
                    : "it will be tried again");
        });
  serve();
}

// -- projects that wait -------------------------------------------------------

endpoint::waiting endpoint::wait(entry_ptr project, time_point until,
                                 check_verdict::kind why) {
  const std::lock_guard guard{mutex_};
  waiting_.emplace_hint(waiting_.end(), last_place_ + 1,
                        waiter{std::move(project), until, why});
  waiting_count_ = waiting_.size();
  return {++last_place_, waiting_.size() == 1};
}

void endpoint::leave(place which) noexcept {
  waiters gone; // destroyed without the lock
  const std::lock_guard guard{mutex_};
  if (const auto at = waiting_.find(which); at != waiting_.end())
    move_locked(at, gone);
}

bool endpoint::is_due_locked(const waiter& x, time_point now) const noexcept {
  if (x.until <= now)
    return true;
  // While it is left alone, a check tells at once what is known of it. That is
  // news to who waited for the opens of others, whose policy may be not to
  // wait; and nobody needs to wait for what no other try mends.
  return now < breaker_.retry_at()
    && (x.why == check_verdict::kind::busy
        || last_error_.code() == errc::connection_misconfigured);
}

void endpoint::move_locked(waiters::iterator which, waiters& to) noexcept {
  to.insert(to.end(), waiting_.extract(which)); // takes no memory
  waiting_count_ = waiting_.size();
}

void endpoint::serve(std::size_t at_least) noexcept {
  waiters due;
  {
    const std::lock_guard guard{mutex_};
    const auto now = time_->now();
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const auto x = at++;
      if (is_due_locked(x->second, now))
        move_locked(x, due);
    }
    auto left = std::max(breaker_.may_begin(now), at_least);
    for (; left > 0 && !waiting_.empty(); --left)
      move_locked(waiting_.begin(), due);
  }
  for (const auto& [at, x] : due)
    x.project->resume(at);
}

std::optional<clock::duration> endpoint::next_look() const noexcept {
  constexpr clock::duration most = std::chrono::milliseconds{100};
  constexpr clock::duration least = std::chrono::milliseconds{1};
  const std::lock_guard guard{mutex_};
  if (waiting_.empty())
    return std::nullopt;
  const auto now = time_->now();
  if (breaker_.retry_at() <= now)
    return most;
  return std::clamp(breaker_.retry_at() - now, least, most);
}

// -- questions ----------------------------------------------------------------

connection_status endpoint::status() const {
  const auto now = time_->now();
  const std::lock_guard guard{mutex_};
  return {.name = name_,
          .breaker = breaker_.state(now),
          .last_error = last_error_ ? last_error_.message() : std::string{},
          .deferred_projects = waiting_.size(),
          .losses = epoch_.load(),
          .counts = counts_locked()};
}

std::shared_ptr<connection_counters> endpoint::add_counters() {
  auto made = std::make_shared<connection_counters>();
  const std::lock_guard guard{mutex_};
  counters_.push_back(made);
  return made;
}

connection_counts endpoint::counts_locked() const noexcept {
  connection_counts result;
  for (const auto& x : counters_)
    result += x->snapshot();
  return result;
}

} // namespace foreman
