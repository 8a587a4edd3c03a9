#include <foreman/checked_connection.hpp>
#include <foreman/connection_check.hpp>
#include <foreman/outcome.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

#include <new>
#include <utility>

namespace foreman {

checked_connection::checked_connection(std::string name,
                                       std::unique_ptr<connection> wrapped,
                                       const check_options& options,
                                       const clock& time,
                                       std::function<double()> random,
                                       log_function log)
  : name_{std::move(name)},
    wrapped_{std::move(wrapped)},
    options_{&options},
    time_{&time},
    random_{std::move(random)},
    log_{std::move(log)} {}

checked_connection::~checked_connection() {
  if (wrapped_)
    close();
}

// g++ binds the reference to a forced unwind to null, which UBSan reports.
__attribute__((no_sanitize("null"))) expected<void>
checked_connection::guarded(const char* what,
                            const std::function<expected<void>()>& call) {
  error why;
  try {
    auto result = call();
    if (result)
      return result;
    why = result.error();
  } catch (const abi::__forced_unwind&) {
    throw; // no exception but the end of this thread
  } catch (...) {
    why = outcome_of_current_exception().why;
  }
  return describe_if_possible(errc::connection_unavailable, [&] {
    return fmt::format("connection {} could not be {}: {}", name_, what,
                       why.message());
  });
}

template <class F>
void checked_connection::log(log_level level, const F& text) const {
  try {
    log_to(log_, level, text());
  } catch (const std::bad_alloc&) {} // NOLINT(bugprone-empty-catch)
}

expected<void> checked_connection::check() {
  ++counts_.checks;
  const auto now = time_->now();
  connection_facts facts{.open = open_,
                         .suspect = suspect_,
                         .age = now - opened_at_,
                         .max_age = max_age_,
                         .unused_for = now - alive_at_};
  struct {
    bool in_transaction = false;
    bool quiet = false;
  } seen;
  if (open_) {
    // A connection that cannot even be looked at is not quiet: it is pinged.
    auto looked = guarded("looked at", [this, &seen]() -> expected<void> {
      seen.in_transaction = wrapped_->in_transaction();
      seen.quiet = wrapped_->quiet();
      return {};
    });
    facts.in_transaction = seen.in_transaction;
    seen.quiet = seen.quiet && looked.has_value();
  }
  auto step = first_step(facts);
  if (step == check_step::peek)
    step = step_after_peek(seen.quiet, facts, *options_);
  switch (step) {
    case check_step::open:
      return open();
    case check_step::reopen_left_transaction:
      ++counts_.reopened_left_transaction;
      log(log_level::warning, [this] {
        return fmt::format("connection {} had a transaction left open; it was "
                           "rolled back by reopening the connection",
                           name_);
      });
      return reopen();
    case check_step::reopen_aged:
      ++counts_.reopened_aged;
      return reopen();
    case check_step::ping:
      if (ping())
        return {};
      ++counts_.reopened_dead;
      return reopen();
    default:
      return {};
  }
}

void checked_connection::used(bool job_succeeded) {
  if (!open_)
    return;
  suspect_ = suspect_ || !job_succeeded;
  // A sign of life only if the job had something to do with it.
  if (std::exchange(touched_, false) && job_succeeded)
    alive_at_ = time_->now();
  bool left_open = false;
  auto looked = guarded("looked at", [&]() -> expected<void> {
    left_open = wrapped_->in_transaction();
    return {};
  });
  if (looked && !left_open)
    return;
  // Closed at once, not at the next check: locks must not be held meanwhile.
  if (left_open) {
    ++counts_.reopened_left_transaction;
    log(log_level::warning, [this] {
      return fmt::format("a job left a transaction open on connection {}; it "
                         "is rolled back by closing the connection",
                         name_);
    });
  }
  close();
}

expected<void> checked_connection::ping() {
  ++counts_.pings;
  auto result = guarded(
    "pinged", [this] { return wrapped_->check(options_->ping_deadline); });
  if (result) {
    alive_at_ = time_->now();
    suspect_ = false;
  }
  return result;
}

expected<void> checked_connection::reopen() {
  close();
  return open();
}

expected<void> checked_connection::open() {
  ++counts_.opens;
  auto result = guarded(
    "opened", [this] { return wrapped_->open(options_->open_deadline); });
  if (!result) {
    ++counts_.failed;
    close(); // whatever a failed open left behind
    return result;
  }
  open_ = true;
  suspect_ = false;
  opened_at_ = alive_at_ = time_->now();
  max_age_ = draw_max_age(*options_, random_());
  return result;
}

void checked_connection::close() {
  wrapped_->close();
  open_ = false;
}

} // namespace foreman
