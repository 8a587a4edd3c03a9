#include <foreman/at_scope_end.hpp>
#include <foreman/cancellable.hpp>
#include <foreman/duration_text.hpp>
#include <foreman/host_call.hpp>
#include <foreman/interruption.hpp>
#include <foreman/job_context.hpp>
#include <foreman/printable.hpp>
#include <foreman/runner.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <new>
#include <utility>

namespace foreman {

namespace {

// The body forked, and this is the child, on its only thread. It would run what
// the parent runs, on the parent's connections, and find locks that nobody
// unlocks.
[[noreturn]] void end_child() noexcept {
  log_to_stderr(log_level::error,
                "the child of a body that forked returned from the body; it is "
                "ended here: call _exit in it");
  std::_Exit(EXIT_FAILURE);
}

} // namespace

runner::runner(connection_set connections, const clock& time)
  : connections_{std::move(connections)}, time_{&time} {}

bool runner::begin_turn(turn which) {
  if (!which.home->begin_turn(which))
    return false;
  turn_ = std::move(which);
  until_ = time_->now() + turn_.slice;
  begun_ = 0;
  turned_away_ = false;
  return true;
}

void runner::check() {
  if (connections_.empty()) {
    checked_.emplace();
    return;
  }
  checked_.reset();
  checked_job_ = turn_.home->next_job(turn_);
  if (!checked_job_)
    return; // cancelled meanwhile
  auto& x = *checked_job_;
  const host_call here{host_role::connection, x};
  bool returned = false;
  const at_scope_end fail{[&] {
    if (!returned)
      turn_.home->fail_job(
        turn_, x, describe_if_possible(errc::thread_exited, [&] {
          return fmt::format("the check of the connections for {} ended its "
                             "thread",
                             one_line(turn_.home->project()));
        }));
  }};
  connections_.serve(turn_.home->project());
  checked_ = connections_.check(
    x.needs(), x.if_unavailable() == unavailable_policy::run_anyway);
  returned = true;
}

bool runner::begin_job() {
  if (current_)
    return true; // it began when the last one ended
  while (may_begin() && passes()) {
    // Before it is published: whoever sees the job run sees this, too.
    in_job_ = true;
    current_ = turn_.home->begin_job(turn_, checked_job_.get());
    in_job_ = static_cast<bool>(current_);
    if (current_) {
      ++begun_;
      return true;
    }
    if (!checked_job_)
      return false;
    check(); // another one has overtaken it, or it was cancelled
  }
  return false;
}

bool runner::passes() {
  if (*checked_)
    return true;
  const auto& x = *checked_job_;
  const auto& where = *checked_->where;
  const auto deferred = x.deferral();
  const auto waited
    = deferred ? where.now() - deferred->since : clock::duration{};
  const auto next = consequence_of(checked_->what, x.if_unavailable(), waited,
                                   where.options());
  connections_.count(next, where);
  switch (next) {
    case check_consequence::begin:
      return true;
    case check_consequence::defer:
      try {
        turn_.home->defer_job(turn_, x, *checked_);
        turned_away_ = true;
        return false;
      } catch (const std::bad_alloc&) {
        break; // rather loudly failed than stuck
      }
    case check_consequence::fail:
      break;
  }
  turn_.home->fail_job(turn_, x,
                       deferred ? describe_if_possible(
                         checked_->why.code(),
                         [&] {
                           return fmt::format("{}; the job was deferred for {}",
                                              checked_->why.message(),
                                              in_words(waited));
                         })
                                : checked_->why);
  return false;
}

bool runner::may_begin() const {
  if (!checked_)
    return false;
  if (begun_ == 0)
    return true;
  return (begun_ < turn_.max_jobs && time_->now() < until_)
    || turn_.home->shared().waiting.load(std::memory_order_relaxed) == 0;
}

// g++ binds the reference to a forced unwind to null, which UBSan reports.
__attribute__((no_sanitize("null"))) void runner::end_job() {
  // The last reference to the job may be ours, and its value is the host's.
  host_call here{host_role::destructor, *turn_.home};
  const auto done = std::exchange(current_, {});
  // Before its body began, see `entry::cancel_unbegun`: its system has ended.
  if (done->state() == job_state::cancelled) {
    done->discard_body();
    return publish({}, nullptr);
  }
  // Published also when the body, or one of its connections, ends this thread.
  outcome result{job_state::failed, errc::thread_exited};
  bool published = false;
  const at_scope_end otherwise{[&] {
    if (!published)
      publish(result, nullptr);
  }};
  bool returned = false;
  const auto& process = turn_.home->shared().process;
  interruption interrupts{*done, connections_};
  try {
    run_body(*done, interrupts, result, returned);
  } catch (const abi::__forced_unwind&) {
    // No exception but the end of this thread (G8): pass it on.
    if (process.forked())
      end_child();
    if (!returned)
      result.why = describe_if_possible(errc::thread_exited, [&] {
        return fmt::format("the body of job {} of {} ended its thread",
                           done->id().value, one_line(turn_.home->project()));
      });
    (void) interrupts.end();
    release_connections(*done, result);
    throw;
  } catch (...) {
    result = outcome_of_current_exception();
  }
  if (process.forked())
    end_child();
  // Before anybody else may use the connections.
  const bool interrupted = interrupts.end();
  release_connections(*done, result);
  if (interrupted && result.state == job_state::failed
      && result.why.code() != errc::connection_lost)
    result = {job_state::cancelled, describe_if_possible(errc::cancelled, [&] {
                return fmt::format("the job was asked to stop, and so was what "
                                   "it did on its connection; it ended with: "
                                   "{}",
                                   result.why.message());
              })};
  published = true;
  publish(result, may_begin() ? &turn_ : nullptr);
  here.set_next(current_.get());
}

void runner::publish(const outcome& result, const turn* next) {
  const at_scope_end note{[this] {
    begun_ += current_ ? 1 : 0;
    in_job_ = static_cast<bool>(current_);
  }};
  turn_.home->end_job(result, next, current_);
}

void runner::run_body(job& x, interruption& interrupts, outcome& result,
                      bool& returned) {
  job_context context{x, connections_, &interrupts};
  const job_context::scope current{context};
  // What the body captured belongs to the body: it goes while the body is still
  // the one that runs here, however it ends.
  const at_scope_end discard{[&x] { x.discard_body(); }};
  const cancellable here;
  auto why = x.execute(context);
  result
    = why ? outcome{job_state::failed, reason_of(std::move(why))} : outcome{};
  returned = true;
  // What the body left pending for its thread ends it here, and nowhere in
  // foreman's own code; the outcome stays.
  cancellable::take_effect();
}

void runner::release_connections(const job& x, outcome& result) {
  if (connections_.empty())
    return;
  checked_job_ = {};
  checked_.reset(); // the next job needs a check of its own (G7)
  const host_call here{host_role::connection, x, true};
  const auto lost
    = connections_.used(x.needs(), result.state == job_state::succeeded);
  if (!lost || result.state != job_state::failed)
    return;
  result.why = describe_if_possible(errc::connection_lost, [&] {
    return fmt::format(
      "{}, while job {} of {} ran, which may have executed; it "
      "ended with: {}",
      clause(lost->message()), x.id().value, one_line(turn_.home->project()),
      result.why.message());
  });
}

entry_ptr runner::end_turn() {
  checked_job_ = {};
  checked_.reset();
  auto ended = std::exchange(turn_, {});
  ended.home->end_turn(ended);
  connections_.offer();
  return std::move(ended.home);
}

void runner::close() {
  const host_call here{host_role::connection, nullptr};
  connections_ = connection_set{};
}

} // namespace foreman
