#include <foreman/duration_text.hpp>
#include <foreman/endpoint.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace foreman {

namespace {

error copy_if_possible(const error& x) noexcept {
  try {
    return x;
  } catch (const std::bad_alloc&) {
    return x.code();
  }
}

} // namespace

endpoint::endpoint(std::string name, std::size_t number,
                   const check_options& options, const clock& time,
                   std::function<double()> random, log_function log,
                   std::size_t most_under_way)
  : name_{std::move(name)},
    number_{number},
    options_{options},
    time_{&time},
    random_{std::move(random)},
    log_{std::move(log)},
    most_under_way_{most_under_way},
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
  const auto failures = breaker_.failures();
  const auto pause = std::max(breaker_.retry_at() - now, clock::duration{});
  const auto known = copy_if_possible(last_error_);
  guard.unlock();
  const auto code = known.code() == errc::connection_misconfigured
    ? errc::connection_misconfigured
    : errc::connection_unavailable;
  result.what = code == errc::connection_misconfigured ? kind::misconfigured
                                                       : kind::unavailable;
  result.why = describe_if_possible(code, [&] {
    return fmt::format("{}; {} in a row failed, the next try is in {}",
                       known.message(), failures, in_words(pause));
  });
  return result;
}

void endpoint::end_open(const expected<void>& result) noexcept {
  std::size_t failures_before = 0;
  std::size_t waiting = 0;
  clock::duration pause{};
  bool tripped = false;
  const auto now = time_->now(); // the host's code: before the lock
  {
    const std::lock_guard guard{mutex_};
    failures_before = breaker_.failures();
    waiting = waiting_.size();
    if (result) {
      ++open_connections_;
      breaker_.succeeded();
      last_error_ = {};
    } else {
      breaker_.failed(now, random_());
      pause = breaker_.retry_at() - now;
      tripped = breaker_.failures() >= options_.break_after
        && failures_before < options_.break_after;
      last_error_ = copy_if_possible(result.error());
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

void endpoint::abandon_open() noexcept {
  {
    const std::lock_guard guard{mutex_};
    breaker_.abandoned();
  }
  serve();
}

// -- those who wait -----------------------------------------------------------

endpoint::waiting endpoint::wait(endpoint_waiter_ptr who, time_point until,
                                 wait_kind how) {
  const std::lock_guard guard{mutex_};
  const auto place = waiting_.join(std::move(who), until, how);
  waiting_count_ = waiting_.size();
  return {place, waiting_.size() == 1};
}

void endpoint::leave(place which) noexcept {
  waiting_line::group gone; // destroyed without the lock
  const std::lock_guard guard{mutex_};
  waiting_.leave(which, gone);
  waiting_count_ = waiting_.size();
}

void endpoint::arrived() noexcept {
  const std::lock_guard guard{mutex_};
  --under_way_;
}

waiting_line::group endpoint::pick(std::size_t at_least) noexcept {
  waiting_line::group result;
  const auto now = time_->now();
  const std::lock_guard guard{mutex_};
  auto room = room_locked();
  room -= waiting_.take_due(now, room, result);
  // While it is left alone, a check tells at once what is known of it. Nobody
  // needs to wait for what no other try mends; and it is news to those whose
  // policy is not to wait, and who waited for the opens of others only.
  if (now < breaker_.retry_at())
    room -= last_error_.code() == errc::connection_misconfigured
      ? waiting_.take_first(room, result)
      : waiting_.take_for_news(room, result);
  // Those under way are going to open, too.
  const auto may_begin = breaker_.may_begin(now);
  const auto coming = under_way_ + result.size();
  const auto more = may_begin - std::min(may_begin, coming);
  waiting_.take_first(std::min(room, std::max(more, at_least)), result);
  under_way_ += result.size();
  waiting_count_ = waiting_.size();
  return result;
}

void endpoint::serve(std::size_t at_least) noexcept {
  // Others take the place of those who waited no more, a few at most.
  for (std::size_t replaced = 0; replaced < default_most_under_way;) {
    const auto chosen = pick(at_least);
    std::size_t gone = 0;
    for (const auto& [at, x] : chosen)
      gone += x.who->resume(at) ? 0 : 1;
    if (gone == 0)
      return;
    const std::lock_guard guard{mutex_};
    under_way_ -= gone;
    replaced += gone;
    at_least = std::min(at_least, gone);
  }
}

std::optional<clock::duration> endpoint::next_look() const noexcept {
  constexpr clock::duration most = std::chrono::milliseconds{100};
  constexpr clock::duration least = std::chrono::milliseconds{1};
  const auto now = time_->now();
  const std::lock_guard guard{mutex_};
  const auto due = waiting_.next_due();
  if (!due)
    return std::nullopt;
  if (room_locked() == 0)
    return most; // whoever arrives has the next one go on
  const auto pause = breaker_.retry_at() <= now
    ? most
    : std::min(most, breaker_.retry_at() - now);
  return std::clamp(*due - now, least, std::max(least, pause));
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
