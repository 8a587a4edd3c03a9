#include <foreman/job_context.hpp>
#include <foreman/runner.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

#include <utility>

namespace foreman {

namespace {

// Marks the time in which a body is called, also when it ends its thread.
class body_mark {
public:
  explicit body_mark(std::atomic<bool>& flag) : flag_{flag} {
    flag_ = true;
  }

  ~body_mark() {
    flag_ = false;
  }

  body_mark(const body_mark&) = delete;
  body_mark& operator=(const body_mark&) = delete;

private:
  std::atomic<bool>& flag_;
};

// Discards a body at the end of its scope.
class body_end {
public:
  explicit body_end(job& ended) : ended_{ended} {}

  ~body_end() {
    ended_.discard_body();
  }

  body_end(const body_end&) = delete;
  body_end& operator=(const body_end&) = delete;

private:
  job& ended_;
};

} // namespace

runner::runner(connection_set connections, const clock& time)
  : connections_{std::move(connections)}, time_{&time} {}

void runner::check() {
  checked_ = connections_.check();
}

bool runner::begin_turn(turn which) {
  if (!which.home->begin_turn(which))
    return false;
  turn_ = std::move(which);
  begun_ = 0;
  return true;
}

bool runner::begin_job() {
  if (!checked_ || begun_ == turn_.max_jobs
      || (begun_ > 0 && time_->now() >= turn_.until))
    return false;
  if (!*checked_) {
    turn_.home->fail_job(turn_, checked_->error());
    return false;
  }
  current_ = turn_.home->begin_job(turn_);
  if (!current_)
    return false;
  ++begun_;
  return true;
}

// g++ binds the reference to a forced unwind to null, which UBSan reports.
__attribute__((no_sanitize("null"))) void runner::end_job() {
  const auto done = std::exchange(current_, {});
  outcome result;
  try {
    job_context context{*done, connections_};
    const job_context::scope current{context};
    const body_mark mark{in_body_};
    // What the body captured belongs to the body: it goes while the body is
    // still the one that runs here, however it ends.
    const body_end discards{*done};
    if (auto why = done->execute(context))
      result = {job_state::failed, std::move(why)};
  } catch (const abi::__forced_unwind&) {
    // No exception but the end of this thread (G8): pass it on.
    release_connections(false);
    turn_.home->end_job(
      {job_state::failed,
       {errc::thread_exited,
        fmt::format("the body of job {} of {} ended its "
                    "thread",
                    done->id().value, turn_.home->project())}});
    throw;
  } catch (...) {
    result = outcome_of_current_exception();
  }
  release_connections(result.state == job_state::succeeded);
  turn_.home->end_job(std::move(result));
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
