#include <foreman/at_scope_end.hpp>
#include <foreman/job_context.hpp>
#include <foreman/runner.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

#include <utility>

namespace foreman {

runner::runner(connection_set connections, const clock& time)
  : connections_{std::move(connections)}, time_{&time} {}

bool runner::begin_turn(turn which) {
  if (!which.home->begin_turn(which))
    return false;
  turn_ = std::move(which);
  until_ = time_->now() + turn_.slice;
  begun_ = 0;
  return true;
}

void runner::check() {
  bool returned = false;
  const at_scope_end fail{[&] {
    if (!returned)
      turn_.home->fail_job(
        turn_, describe_if_possible(errc::thread_exited, [&] {
          return fmt::format("the check of the connections for {} ended its "
                             "thread",
                             turn_.home->project());
        }));
  }};
  checked_ = connections_.check();
  returned = true;
}

bool runner::begin_job() {
  if (current_)
    return true; // it began when the last one ended
  if (!may_begin())
    return false;
  if (!*checked_) {
    turn_.home->fail_job(turn_, checked_->error());
    return false;
  }
  // Before it is published: whoever sees the job run sees this, too.
  in_job_ = true;
  current_ = turn_.home->begin_job(turn_);
  if (!current_) {
    in_job_ = false;
    return false;
  }
  ++begun_;
  return true;
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
  const auto done = std::exchange(current_, {});
  // Published also when the body, or one of its connections, ends this thread.
  outcome result{job_state::failed, errc::thread_exited};
  bool goes_on = false;
  const at_scope_end publish{[&] {
    current_ = turn_.home->end_job(result, goes_on ? &turn_ : nullptr);
    begun_ += current_ ? 1 : 0;
    in_job_ = static_cast<bool>(current_);
  }};
  try {
    result = run_body(*done);
  } catch (const abi::__forced_unwind&) {
    // No exception but the end of this thread (G8): pass it on.
    result.why = describe_if_possible(errc::thread_exited, [&] {
      return fmt::format("the body of job {} of {} ended its thread",
                         done->id().value, turn_.home->project());
    });
    release_connections(false);
    throw;
  } catch (...) {
    result = outcome_of_current_exception();
  }
  release_connections(result.state == job_state::succeeded);
  goes_on = may_begin() && *checked_;
}

outcome runner::run_body(job& x) {
  job_context context{x, connections_};
  const job_context::scope current{context};
  // What the body captured belongs to the body: it goes while the body is still
  // the one that runs here, however it ends.
  const at_scope_end discard{[&x] { x.discard_body(); }};
  auto why = x.execute(context);
  return why ? outcome{job_state::failed, std::move(why)} : outcome{};
}

void runner::release_connections(bool job_succeeded) {
  if (connections_.empty())
    return;
  connections_.used(job_succeeded);
  checked_.reset(); // the next job needs a check of its own (G7)
}

entry_ptr runner::end_turn() {
  checked_.reset();
  auto ended = std::exchange(turn_, {});
  ended.home->end_turn(ended);
  return std::move(ended.home);
}

void runner::close() {
  connections_ = connection_set{};
}

} // namespace foreman
