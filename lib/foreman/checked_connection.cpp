#include <foreman/at_scope_end.hpp>
#include <foreman/checked_connection.hpp>
#include <foreman/duration_text.hpp>
#include <foreman/outcome.hpp>
#include <foreman/printable.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

namespace foreman {

checked_connection::checked_connection(std::unique_ptr<connection> wrapped,
                                       endpoint_ptr where)
  : wrapped_{std::move(wrapped)},
    where_{std::move(where)},
    counters_{where_->add_counters()} {}

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
    why = error_of_current_exception("it threw");
  }
  const auto code = why.code() == errc::connection_misconfigured
    ? errc::connection_misconfigured
    : errc::connection_unavailable;
  return describe_if_possible(code, [&] {
    return fmt::format("connection {} could not be {}: {}", name(), what,
                       clause(why.message()));
  });
}

// An answer that came late is none, whoever gave it: a kind that does not keep
// its deadline, or a process that was stopped meanwhile. What it says was true
// at some moment of a time that nobody has bounded, so it proves no life and
// earns no trust; and a server that answers late once is slow to the job, too.
checked_connection::step_result
checked_connection::in_time(const char* what, time_limit limit,
                            const std::function<expected<void>()>& call) {
  const auto began = where_->now();
  auto result = guarded(what, call);
  const auto took = where_->now() - began;
  if (result && took <= limit.within)
    return {std::move(result)};
  // A failure is what it says, unless it is but the end of a budget.
  if (!result
      && (!limit.by_budget || took < limit.within
          || result.error().code() == errc::connection_misconfigured))
    return {std::move(result)};
  return {describe_if_possible(
            errc::connection_unavailable,
            [&] {
              return limit.by_budget
                ? fmt::format("connection {} could not be {} in the {} that "
                              "were left: the checks for a job may take {} "
                              "together",
                              name(), what, in_words(limit.within),
                              in_words(where_->options().budget))
                : fmt::format("connection {} could not be {} in time: it took "
                              "{}; allowed are {}",
                              name(), what, in_words(took),
                              in_words(limit.within));
            }),
          limit.by_budget};
}

// -- the check ----------------------------------------------------------------

check_verdict checked_connection::check(clock::time_point until) {
  started_at_ = where_->now();
  switch (look(started_at_)) {
    case check_step::open:
      return open(until);
    case check_step::reopen_left_transaction:
      note_left_transaction("connection {} had a transaction left open; it was "
                            "rolled back by reopening the connection");
      return reopen(until);
    case check_step::reopen_aged:
      counters_->reopened_aged.add();
      return reopen(until);
    case check_step::reset:
      return check_by_reset(until);
    case check_step::ping:
      return check_by_ping(until);
    default:
      passed(counters_->passed_by_peek);
      return {};
  }
}

check_step checked_connection::look(clock::time_point now) {
  connection_facts facts{.open = open_,
                         .used_by_another = used_by_another_,
                         .suspect = suspect_,
                         .distrusted = epoch_ != where_->epoch(),
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
  const auto step = first_step(facts);
  return step == check_step::peek
    ? step_after_peek(seen.quiet, facts, where_->options())
    : step;
}

std::optional<checked_connection::time_limit>
checked_connection::bounded(milliseconds deadline,
                            clock::time_point until) const {
  // Part of a millisecond is a whole one: a budget of one would else never be
  // met, as some of it is gone when it is looked at.
  const auto left = std::chrono::ceil<milliseconds>(until - where_->now());
  if (left.count() <= 0)
    return std::nullopt;
  return time_limit{std::min(deadline, left), left < deadline};
}

check_verdict checked_connection::out_of_time(error why) {
  counters_->out_of_time.add();
  return {.what = check_verdict::kind::out_of_time,
          .why = std::move(why),
          .where = where_};
}

check_verdict checked_connection::no_time_left() {
  return out_of_time(describe_if_possible(errc::connection_unavailable, [&] {
    return fmt::format("no time was left to check connection {}: the checks "
                       "for a job may take {} together",
                       name(), in_words(where_->options().budget));
  }));
}

void checked_connection::passed(single_writer_counter& how) {
  how.add();
  counters_->check_time.add(where_->now() - started_at_);
  where_->passed();
}

check_verdict checked_connection::check_by_ping(clock::time_point until) {
  const auto limit = bounded(where_->options().ping_deadline, until);
  if (!limit)
    return no_time_left();
  auto alive = ping(*limit);
  if (alive) {
    passed(counters_->passed_by_ping);
    return {};
  }
  if (alive.cut_short) {
    // Closed as its late answer would be taken for that of the next statement.
    counters_->reopened_unknown.add();
    close();
    return out_of_time(std::move(alive.result).error());
  }
  lost();
  return reopen(until);
}

checked_connection::step_result checked_connection::ping(time_limit limit) {
  // Read before: what is lost meanwhile is distrusted.
  const auto epoch = where_->epoch();
  auto result = in_time(
    "pinged", limit, [this, &limit] { return wrapped_->check(limit.within); });
  if (result) {
    alive_at_ = where_->now();
    epoch_ = epoch;
    suspect_ = false;
  }
  return result;
}

check_verdict checked_connection::check_by_reset(clock::time_point until) {
  const auto limit = bounded(where_->options().ping_deadline, until);
  if (!limit)
    return no_time_left();
  switch (reset(*limit)) {
    case reset_result::answered:
      passed(counters_->passed_by_ping);
      return {};
    case reset_result::unasked:
      return check(until); // as one that nobody has used
    default:
      where_->note_reopen();
      return open(until);
  }
}

reset_result checked_connection::reset(time_limit limit) {
  // Read before: what is lost meanwhile is distrusted.
  const auto epoch = where_->epoch();
  auto result = reset_result::must_close;
  // Also when the reset ends this thread.
  const at_scope_end settle{[&] {
    used_ = used_by_another_ = false;
    if (result == reset_result::must_close) {
      counters_->reopened_not_reset.add();
      close();
    }
  }};
  struct {
    milliseconds within;
    reset_result result;
  } call{limit.within, result};
  const auto done = in_time("reset", limit, [this, &call]() -> expected<void> {
    auto made = wrapped_->reset(call.within);
    if (!made)
      return std::move(made).error();
    call.result = *made;
    return {};
  });
  if (!done) {
    if (!done.cut_short)
      where_->report_loss(epoch_);
    where_->log(log_level::warning, [&] {
      return fmt::format("{}; it is closed", done.result.error().message());
    });
    return result;
  }
  switch (call.result) {
    case reset_result::answered:
      counters_->sessions_reset.add();
      alive_at_ = where_->now();
      epoch_ = epoch;
      suspect_ = false;
      [[fallthrough]];
    case reset_result::unasked:
      result = call.result;
      break;
    default:
      break; // must_close, or a number that means nothing
  }
  return result;
}

void checked_connection::lost() {
  counters_->reopened_dead.add();
  where_->report_loss(epoch_);
}

check_verdict checked_connection::reopen(clock::time_point until) {
  close();
  where_->note_reopen();
  return open(until);
}

check_verdict checked_connection::open(clock::time_point until) {
  const auto limit = bounded(where_->options().open_deadline, until);
  if (!limit)
    return no_time_left();
  auto permit = where_->begin_open();
  if (!permit) {
    (permit.what == check_verdict::kind::busy ? counters_->busy
                                              : counters_->refused)
      .add();
    return permit;
  }
  if (auto opened = open_within(*limit); !opened) {
    auto why = std::move(opened.result).error();
    if (opened.cut_short)
      return out_of_time(std::move(why));
    counters_->failed_open.add();
    return {.what = why.code() == errc::connection_misconfigured
              ? check_verdict::kind::misconfigured
              : check_verdict::kind::unavailable,
            .why = std::move(why),
            .where = where_};
  }
  passed(counters_->passed_by_open);
  return {};
}

checked_connection::step_result
checked_connection::open_within(time_limit limit) {
  const auto epoch = where_->epoch();
  const auto began = where_->now();
  step_result made{error{errc::connection_unavailable}};
  // Also when the open ends this thread.
  const at_scope_end tell{[&] {
    const auto now = where_->now();
    counters_->open_time.add(now - began);
    open_ = static_cast<bool>(made);
    if (open_) {
      suspect_ = false;
      opened_at_ = alive_at_ = now;
      epoch_ = epoch;
      max_age_ = draw_max_age(where_->options(), where_->draw());
    } else {
      close(); // whatever a failed open left behind, or opened late
      if (made.cut_short)
        return where_->abandon_open();
      where_->report_loss(epoch);
    }
    where_->end_open(made.result);
  }};
  made = in_time("opened", limit,
                 [this, &limit] { return wrapped_->open(limit.within); });
  return made;
}

// -- after a job --------------------------------------------------------------

std::optional<error> checked_connection::used(bool job_succeeded) {
  const bool touched = std::exchange(touched_, false);
  const bool interrupt_is_late = std::exchange(interrupt_is_late_, false);
  if (!open_)
    return std::nullopt;
  if (interrupt_is_late) {
    // Nothing is asked before: the interrupt might hit that in its place, and
    // the job be told of a connection that was lost.
    note_closed(counters_->reopened_interrupted, [this] {
      return fmt::format("what a job did on connection {} was not interrupted "
                         "in time; the connection is closed",
                         name());
    });
    close();
    return std::nullopt;
  }
  suspect_ = suspect_ || !job_succeeded;
  // A sign of life only if the job had something to do with it.
  if (touched && job_succeeded)
    alive_at_ = where_->now();
  struct {
    // Whether the job failed because its connection died: whoever reads the
    // outcome wants to know.
    bool in_question;
    bool left_open = false;
    bool quiet = false;
  } seen{.in_question = touched && !job_succeeded};
  const auto looked = guarded("looked at", [this, &seen]() -> expected<void> {
    seen.left_open = wrapped_->in_transaction();
    seen.quiet = seen.in_question && wrapped_->quiet();
    return {};
  });
  if (seen.in_question && !seen.quiet)
    if (auto alive = ping({where_->options().ping_deadline}); !alive) {
      counters_->lost_in_job.add();
      lost();
      close();
      return std::move(alive.result).error();
    }
  // Closed at once, not at the next check: locks must not be held meanwhile.
  if (seen.left_open)
    note_left_transaction("a job left a transaction open on connection {}; it "
                          "is rolled back by closing the connection");
  else if (!looked)
    note_closed(counters_->reopened_unknown, [&looked] {
      return looked.error().message() + "; it is closed";
    });
  if (seen.left_open || !looked) {
    close();
    return std::nullopt;
  }
  if (touched && where_->options().reset == session_reset::always)
    (void) reset({where_->options().ping_deadline});
  return std::nullopt;
}

void checked_connection::touch(std::string_view project) {
  touched_ = true;
  if (where_->options().reset != session_reset::between_projects)
    return;
  used_by_ = project;
  used_ = true;
}

bool checked_connection::interrupt() noexcept {
  const auto within = where_->options().ping_deadline;
  const auto began = where_->now();
  return wrapped_->interrupt(within) && where_->now() - began <= within;
}

void checked_connection::interrupted(bool done) noexcept {
  // Whatever it did is found out before the next use.
  suspect_ = true;
  interrupt_is_late_ = !done;
}

void checked_connection::note_left_transaction(const char* text) {
  note_closed(counters_->reopened_left_transaction,
              [&] { return fmt::format(fmt::runtime(text), name()); });
}

void checked_connection::close() {
  wrapped_->close();
  used_ = used_by_another_ = false;
  if (std::exchange(open_, false))
    where_->closed();
}

} // namespace foreman
