#include <foreman/at_scope_end.hpp>
#include <foreman/duration_text.hpp>
#include <foreman/entry.hpp>
#include <foreman/host_call.hpp>
#include <foreman/printable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace foreman {

namespace {

// Of jobs that may wait in the inbox: of most jobs.
constexpr int inbox_priority = default_priority;

} // namespace

entry::entry(std::string project, std::shared_ptr<shared_state> shared)
  : project_{std::move(project)}, shared_{std::move(shared)} {
  queue_.prepare(inbox_priority);
}

entry::~entry() = default;

// -- outcomes -----------------------------------------------------------------

template <class Error>
void entry::settle_locked(job& x, job_state final_state,
                          const Error& why) noexcept {
  // Published before anybody is told: state and books change here, under the
  // lock; waiters and listeners hear of it in `conclude`, after it (G6).
  // The books first: who sees the outcome, even without the lock, may use the
  // place that the job had.
  shared_->books.settle(final_state);
  x.move_to(final_state, why);
}

void entry::conclude(job& x, job* next) {
  auto& shared = x.home()->shared();
  // Host code: never under the lock. The place is given up after it, also when
  // it ends this thread.
  host_call here{host_role::destructor, x, true};
  here.set_next(next);
  const at_scope_end release{[&] { shared.books.release(); }};
  x.discard_body();
  x.announce();
  // After the waiters, whom a slow log must not hold up, and before a drain may
  // end: when it has, all lines are there.
  if (x.state() == job_state::failed)
    shared.failures.report(x);
}

// -- inbox and queue ----------------------------------------------------------

void entry::collect() noexcept {
  const std::lock_guard guard{inbox_mutex_};
  queue_.append(inbox_priority, std::move(inbox_));
}

job* entry::first() noexcept {
  // What is in the inbox starts after all that is in the queue of its priority
  // or of a lower number.
  if (!queue_.starts_with(inbox_priority))
    collect();
  return queue_.front();
}

job_ptr entry::take(room_made& room) noexcept {
  if (first() == nullptr)
    return {};
  auto result = queue_.pop();
  if (deferral_) {
    deferral_->arrive(room); // also if this one has overtaken it
    end_deferral(result->id(), room);
  }
  return result;
}

std::size_t entry::count_open() const noexcept {
  return inbox_.size() + queue_.size() + (running_ ? 1U : 0U);
}

// -- submitters ---------------------------------------------------------------

template <class Container>
entry::verdict
entry::enter(const job_ptr& x, int priority, Container& into) noexcept {
  // Numbered under the lock: the numbers of a project grow in queue order. And
  // submit against drain: a drain stops admitting before it comes to this lock
  // to cancel what is queued. So it finds this job, or this submit finds it.
  const auto id = shared_->books.admit();
  if (!id)
    return {.code = id.error().code()};
  x->admit(entry_ptr{this}, *id, priority);
  into.push(x);
  open_at_most_.store(open_at_most_.load(std::memory_order_relaxed) + 1,
                      std::memory_order_relaxed);
  // From this push until it rests, an entry is attended: a wake is on its way,
  // its supervisor looks at it, or a turn is open whose end makes the
  // supervisor look again. So this is the only push that must wake. It ends,
  // too, when the supervisor finds the next job deferred: what comes then may
  // start before that one.
  return {.wake = !std::exchange(attended_, true)};
}

entry::verdict entry::push(const job_ptr& x, const job_options& options) {
  const auto priority = options.priority;
  if (priority == inbox_priority) {
    const std::lock_guard guard{inbox_mutex_};
    // Nothing is rejected by what was counted some time ago; but what may be
    // admitted where so many are open may be where fewer are.
    if (!dead_ && check_admission(options.admit, open_at_most_) == errc::ok)
      return enter(x, priority, inbox_);
  }
  const std::lock_guard guard{mutex_};
  const std::lock_guard inbox_guard{inbox_mutex_};
  if (dead_)
    return {.gone = true};
  const auto open = count_open();
  open_at_most_.store(open, std::memory_order_relaxed);
  const auto code = check_admission(options.admit, open);
  if (code != errc::ok)
    return {.code = code};
  if (priority == inbox_priority)
    return enter(x, priority, inbox_);
  queue_.prepare(priority); // nothing after this can fail
  return enter(x, priority, queue_);
}

errc entry::foresee(admission asked) noexcept {
  if (check_admission(asked, open_at_most_.load(std::memory_order_relaxed))
      == errc::ok)
    return errc::ok;
  const std::lock_guard guard{mutex_};
  const std::lock_guard inbox_guard{inbox_mutex_};
  const auto open = count_open();
  open_at_most_.store(open, std::memory_order_relaxed); // the push sees it, too
  return dead_ ? errc::ok : check_admission(asked, open);
}

error entry::text_of_rejection(errc code, const std::string& project,
                               const limits& max) {
  if (code == errc::project_busy)
    return {code,
            fmt::format("{} is busy: a batch job is being processed; try "
                        "again later",
                        one_line(project))};
  if (code == errc::project_full)
    return {code,
            fmt::format("{} has {} open jobs, its limit; try again when "
                        "some have ended or raise max.per_project",
                        one_line(project), max.per_project)};
  if (code == errc::system_full)
    return {code,
            fmt::format("the system has {} open jobs, its limit; try again "
                        "when some have ended or raise max.total",
                        max.total)};
  return code;
}

error entry::rejection(errc code) {
  {
    const std::lock_guard guard{inbox_mutex_};
    if (rejection_.code() == code)
      return rejection_;
  }
  auto made = text_of_rejection(code, project_, shared_->max);
  const std::lock_guard guard{inbox_mutex_};
  rejection_ = made;
  return made;
}

// -- anybody ------------------------------------------------------------------

project_status entry::status() const {
  const std::lock_guard guard{mutex_};
  const std::lock_guard inbox_guard{inbox_mutex_};
  project_status result{.project = project_,
                        .running = static_cast<bool>(running_),
                        .busy = count_open() != 0,
                        .running_job = running_ ? running_->id() : job_id{},
                        .queued = inbox_.size() + queue_.size()};
  if (deferral_ && deferral_->where()) {
    result.deferred_job = deferral_->who();
    result.deferred_for = deferral_->where()->name();
  }
  return result;
}

bool entry::is_running() const {
  const std::lock_guard guard{mutex_};
  return static_cast<bool>(running_);
}

bool entry::is_busy() const {
  const std::lock_guard guard{mutex_};
  const std::lock_guard inbox_guard{inbox_mutex_};
  return count_open() != 0;
}

expected<void> entry::cancel(job& x, errands& by) {
  if (shared_->process.forked())
    return fork_watch::why(); // by its ticket
  room_made room;
  job_list removed;
  bool was_deferred = false;
  {
    const std::lock_guard guard{mutex_};
    const auto state = x.state();
    if (is_final(state))
      return error{errc::job_finished,
                   fmt::format("job {} of {} has ended already: {}",
                               x.id().value, one_line(project_),
                               to_string(state))};
    if (state == job_state::queued) {
      collect(); // it may be there
      settle_locked(x, job_state::cancelled,
                    describe_if_possible(errc::cancelled, [&] {
                      return fmt::format("job {} of {} was cancelled before it "
                                         "started",
                                         x.id().value, one_line(project_));
                    }));
      removed.push(queue_.remove(x));
      was_deferred = end_deferral(x.id(), room);
    }
  }
  if (was_deferred)
    shared_->wake(entry_ptr{this}); // the next one need not be
  if (!removed.empty())
    by.conclude(std::move(removed));
  else if (x.request_stop_of_token())
    by.stop(job_ptr{&x});
  return {};
}

expected<void> entry::cancel(job_id id, errands& by) {
  job_ptr found;
  {
    const std::lock_guard guard{mutex_};
    collect();
    found
      = running_ && running_->id() == id ? running_ : job_ptr{queue_.find(id)};
  }
  if (!found)
    return error{errc::unknown_job,
                 fmt::format("{} has no open job {}: it has ended, or never "
                             "existed",
                             one_line(project_), id.value)};
  return cancel(*found, by);
}

// -- the supervisor -----------------------------------------------------------

next_step entry::look() {
  const std::lock_guard guard{mutex_};
  if (turn_ != turn_state::none)
    return next_step::wait;
  if (!deferral_)
    return first() == nullptr ? next_step::idle : next_step::take_turn;
  // With the inbox as it is now: a push after it wakes, if that is needed.
  const std::lock_guard inbox_guard{inbox_mutex_};
  queue_.append(inbox_priority, std::move(inbox_));
  if (queue_.empty())
    return next_step::idle;
  if (!is_deferred())
    return next_step::take_turn;
  attended_ = false;
  return next_step::defer;
}

std::optional<turn> entry::open_turn(std::size_t max_jobs,
                                     clock::duration slice) {
  const std::lock_guard guard{mutex_};
  if (turn_ != turn_state::none || first() == nullptr || is_deferred())
    return std::nullopt;
  turn_ = turn_state::offered;
  return turn{entry_ptr{this}, ++turn_number_, max_jobs, slice};
}

void entry::revoke_turn() {
  const std::lock_guard guard{mutex_};
  if (turn_ == turn_state::offered)
    turn_ = turn_state::none;
}

bool entry::rest() {
  const std::lock_guard guard{mutex_};
  const std::lock_guard inbox_guard{inbox_mutex_};
  if (turn_ != turn_state::none || count_open() != 0)
    return false;
  attended_ = false;
  return true;
}

bool entry::retire(const attendant* by) {
  const std::lock_guard guard{mutex_};
  const std::lock_guard inbox_guard{inbox_mutex_};
  // While it is attended, whoever looks after it may have a worker for it, or
  // have asked for one.
  dead_ = dead_
    || (!attended_ && attendant_.get() == by && turn_ == turn_state::none
        && count_open() == 0);
  return dead_;
}

void entry::set_attendant(attendant_ptr who) {
  const std::lock_guard guard{mutex_};
  attendant_.swap(who);
}

attendant_ptr entry::attended_by() const {
  const std::lock_guard guard{mutex_};
  return attendant_;
}

bool entry::wake() const {
  attendant_ptr who;
  {
    const std::lock_guard guard{mutex_};
    if (!attendant_)
      return dead_;
    who = attendant_;
  }
  who->wake();
  return true;
}

// -- the worker ---------------------------------------------------------------

bool entry::begin_turn(const turn& which) {
  const std::lock_guard guard{mutex_};
  if (turn_ != turn_state::offered || turn_number_ != which.number)
    return false;
  turn_ = turn_state::begun;
  return true;
}

job_ptr entry::next_job(const turn& which) {
  const std::lock_guard guard{mutex_};
  return is_current(which) && !running_ ? job_ptr{first()} : job_ptr{};
}

job_ptr entry::begin_job(const turn& which, const job* only) {
  room_made room;
  const std::lock_guard guard{mutex_};
  if (running_ || (only != nullptr && first() != only))
    return {};
  return begin_locked(which, room);
}

job_ptr entry::begin_locked(const turn& which, room_made& room) noexcept {
  if (!is_current(which))
    return {};
  running_ = take(room);
  if (running_)
    running_->move_to(job_state::running);
  return running_;
}

job_ptr entry::end_job(const outcome& result, const turn* next) {
  job_ptr begun;
  end_job(result, next, begun);
  return begun;
}

void entry::end_job(const outcome& result, const turn* next, job_ptr& begun) {
  room_made room;
  job_ptr done;
  bool abandoned = false;
  {
    const std::lock_guard guard{mutex_};
    done = std::exchange(running_, {});
    abandoned = done->finished(); // a drain gave it its outcome (G10)
    if (!abandoned)
      settle_locked(*done, result.state, result.why);
    if (next != nullptr)
      begun = begin_locked(*next, room);
  }
  if (!abandoned)
    conclude(*done, begun.get());
}

void entry::fail_job(const turn& which, const job& x, const error& why) {
  room_made room;
  job_ptr failed;
  {
    const std::lock_guard guard{mutex_};
    if (!is_current(which) || running_ || first() != &x)
      return;
    failed = take(room);
    settle_locked(*failed, job_state::failed, why);
  }
  conclude(*failed);
}

// -- deferring ----------------------------------------------------------------

bool entry::is_deferred() const noexcept {
  return deferral_ && deferral_->where()
    && queue_.front()->id() == deferral_->who();
}

bool entry::end_deferral(job_id x, room_made& room) noexcept {
  if (!deferral_ || deferral_->who() != x)
    return false;
  const bool waited = deferral_->cancel(room);
  deferral_.reset();
  return waited;
}

void entry::defer_job(const turn& which, const job& x,
                      const check_verdict& why) {
  auto& where = *why.where;
  const auto now = where.now();
  const auto draw = where.draw();
  bool alone = false;
  job_list overdue;
  {
    room_made room;
    const std::lock_guard guard{mutex_};
    if (!is_current(which) || running_ || first() != &x)
      return;
    auto& next = *first();
    auto record = next.deferral().value_or(job::deferral_record{.since = now});
    record.out_of_time = why.what == check_verdict::kind::out_of_time
      ? record.out_of_time + 1
      : 0;
    next.remember(record);
    if (!deferral_)
      deferral_ = std::make_unique<deferral>();
    alone = deferral_->wait(x.id(), endpoint_waiter_ptr{this}, why.where,
                            deferred_until(x, why, now, draw),
                            wait_kind_of(why.what, x.if_unavailable()), room);
    overdue = fail_overdue(x, why, now); // nothing can fail any more
  }
  while (const auto failed = overdue.pop())
    conclude(*failed);
  if (alone)
    shared_->serve(where.number());
  // The endpoint may have got well since it was asked: whoever made it well
  // served those who waited then, and this one may have come after that.
  where.serve();
}

// A job is overtaken only by those of a higher priority. So of each priority
// only the first one can have been deferred.

clock::time_point entry::deferred_until(const job& x, const check_verdict& why,
                                        clock::time_point now,
                                        double draw) const {
  const auto& options = why.where->options();
  auto result = try_again_by(why.what, *x.deferral(), now, options, draw);
  queue_.for_each_first([&](const job& y) {
    const auto record = y.deferral();
    if (!record || y.if_unavailable() != unavailable_policy::defer)
      return;
    const auto fails_at = record->since + options.max_deferral;
    if (fails_at > now)
      result = std::min(result, fails_at);
  });
  return result;
}

job_list entry::fail_overdue(const job& x, const check_verdict& why,
                             clock::time_point now) noexcept {
  job_list result;
  const auto& options = why.where->options();
  const auto find = [&] {
    job* found = nullptr;
    queue_.for_each_first([&](job& y) {
      const auto record = y.deferral();
      if (&y != &x && record
          && consequence_of(why.what, y.if_unavailable(), now - record->since,
                            options)
            == check_consequence::fail
          && y.if_unavailable() == unavailable_policy::defer)
        found = &y;
    });
    return found;
  };
  while (auto* y = find()) {
    settle_locked(
      *y, job_state::failed,
      describe_if_possible(errc::connection_unavailable, [&] {
        return fmt::format(
          "{}; the job was deferred for {}, of late behind job {}, which has "
          "overtaken it",
          why.why.message(), in_words(now - y->deferral()->since),
          x.id().value);
      }));
    result.push(queue_.remove(*y));
  }
  return result;
}

bool entry::resume(place which) noexcept {
  bool on_its_way = false;
  {
    const std::lock_guard guard{mutex_};
    // While another job runs that has overtaken it, nobody needs to wait for
    // this one: it is tried after that.
    on_its_way = !running_;
    if (!deferral_ || !deferral_->resume(which, on_its_way))
      return false;
  }
  shared_->wake(entry_ptr{this});
  return on_its_way;
}

void entry::end_turn(const turn& which) {
  // No turn's end can be lost on a supervisor that is being replaced: the new
  // one is set before it first looks. If it looked before this line, it is the
  // one that the caller wakes; else it sees the end itself.
  const std::lock_guard guard{mutex_};
  if (is_current(which))
    turn_ = turn_state::none;
}

// -- draining -----------------------------------------------------------------

void entry::cancel_unbegun(job& x, const error& why) {
  const job_ptr kept{&x};
  {
    const std::lock_guard guard{mutex_};
    if (running_ != kept || x.finished())
      return;
    settle_locked(x, job_state::cancelled, why);
  }
  // Not `conclude`: its thread has it, and discards it.
  x.announce();
  shared_->books.release();
}

void entry::interrupt(const error& why) {
  room_made room;
  job_list cancelled;
  job_ptr running;
  bool was_deferred = false;
  {
    const std::lock_guard guard{mutex_};
    collect();
    cancelled = queue_.take_all();
    cancelled.for_each(
      [&](job& x) { settle_locked(x, job_state::cancelled, &why); });
    running = running_;
    was_deferred = deferral_ && end_deferral(deferral_->who(), room);
  }
  if (was_deferred)
    shared_->wake(entry_ptr{this}); // to retire
  // The deadline is the drain's, whatever the host's code does now.
  cancelled.for_each([](job& x) { x.wake_waiters(); });
  shared_->aside->conclude(std::move(cancelled));
  if (running && running->request_stop_of_token())
    shared_->aside->stop(running);
}

job_ptr entry::abandon() noexcept {
  job_ptr stuck;
  {
    const std::lock_guard guard{mutex_};
    stuck = running_;
    if (!stuck || stuck->finished())
      return stuck;
    settle_locked(*stuck, job_state::failed,
                  describe_if_possible(errc::abandoned, [&] {
                    return fmt::format("job {} of {} was abandoned: its body "
                                       "did not return before the drain's "
                                       "deadline",
                                       stuck->id().value, one_line(project_));
                  }));
    shared_->books.count_abandoned();
  }
  // Not `conclude`: the body still runs and owns what it captured.
  stuck->wake_waiters();
  shared_->aside->announce(stuck);
  shared_->books.release();
  return stuck;
}

} // namespace foreman
