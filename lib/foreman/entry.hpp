#pragma once

#include <foreman/attendant.hpp>
#include <foreman/brief_mutex.hpp>
#include <foreman/deferral.hpp>
#include <foreman/expected.hpp>
#include <foreman/export.hpp>
#include <foreman/intrusive_ptr.hpp>
#include <foreman/job_options.hpp>
#include <foreman/job_queue.hpp>
#include <foreman/outcome.hpp>
#include <foreman/project_status.hpp>
#include <foreman/shared_state.hpp>
#include <foreman/turn.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace foreman {

/// What the supervisor of an entry should do now.
enum class next_step : std::uint8_t {
  /// Jobs are ready: open a turn.
  take_turn,
  /// A turn is open; its end wakes the supervisor.
  wait,
  /// The next job is deferred: need no worker until woken.
  defer,
  /// Nothing is left: rest, or retire.
  idle,
};

/// The shared state of one project: the single truth about its jobs. Every
/// change and every answer happens under its locks, so that a verdict is
/// immediate and atomic and an answer exact, and an actor that dies takes no
/// job with it. What ends a job cannot fail; the rest, when there is no memory,
/// throws `std::bad_alloc` and has changed nothing.
///
/// It has two locks, as submitters and the worker would else meet at every job:
/// submitters leave jobs in an *inbox* under its own lock, and whoever needs
/// the queue to be whole collects them.
///
/// Thread-safe. Held by the table, by its jobs, and by project handles.
class FOREMAN_EXPORT entry : public endpoint_waiter {
public:
  entry(std::string project, std::shared_ptr<shared_state> shared);
  ~entry() override;

  const std::string& project() const noexcept {
    return project_;
  }

  shared_state& shared() const noexcept {
    return *shared_;
  }

  // -- submitters -------------------------------------------------------------

  struct verdict {
    /// `ok`, or why the job is rejected.
    errc code = errc::ok;
    /// The entry has retired: look the project up again.
    bool gone = false;
    /// Nobody looks after the entry yet: the caller must have it woken.
    bool wake = false;
  };

  /// Applies the rule of admission, then takes a place in the books, and queues
  /// `x` if both allow.
  verdict push(const job_ptr& x, const job_options& options);

  /// Whether the rule of admission would reject a job now: why, or `ok`. Takes
  /// the locks only when it would.
  errc foresee(admission asked) noexcept;

  /// The error of a job that was rejected with `code`. Its text is made once
  /// and shared, so that who asks again and again costs no memory.
  error rejection(errc code);

  /// The same without an entry; the project is for codes that are about it.
  static error text_of_rejection(errc code, const std::string& project,
                                 const limits& max);

  // -- anybody ----------------------------------------------------------------

  project_status status() const;

  bool is_running() const;

  bool is_busy() const;

  /// Cancels a queued job at once, asks a running one to stop. What that runs
  /// of the host's is run by `by`. Returns `job_finished` if it has its
  /// outcome.
  expected<void> cancel(job& x, errands& by = errands_at_once());

  /// The same by id; `unknown_job` if no open job has it.
  expected<void> cancel(job_id id, errands& by = errands_at_once());

  // -- the supervisor ---------------------------------------------------------

  /// What there is to do. Whoever is told `defer` is woken when that ends.
  next_step look();

  /// Opens a turn unless one is open or no job is ready. The turn is *offered*
  /// until its worker begins it.
  std::optional<turn> open_turn(std::size_t max_jobs, clock::duration slice);

  /// Takes back a turn that is offered, because its worker is gone. A turn that
  /// has begun stays: its thread ends it.
  void revoke_turn();

  /// Nobody need look after the entry until the next push, which wakes. Returns
  /// false if there is something to do: look again.
  bool rest();

  /// Marks the entry dead if it rests, or nobody ever had to look after it, and
  /// `by` is who does: null for a submitter that came to nothing. Returns
  /// whether it is dead. The table calls this under the lock of its shard. No
  /// submit can be lost: a push before it makes it fail, a push after it is
  /// told `gone` and looks the project up again.
  bool retire(const attendant* by);

  /// Replaces whoever looks after this entry.
  void set_attendant(attendant_ptr who);

  attendant_ptr attended_by() const;

  /// Wakes whoever looks after this entry; returns false if nobody does, and
  /// somebody should: it has not retired.
  bool wake() const;

  // -- the worker -------------------------------------------------------------

  /// Starts a turn that was offered; false if it was revoked.
  bool begin_turn(const turn& which);

  /// The job that starts next, for its connections to be checked; null if there
  /// is none.
  job_ptr next_job(const turn& which);

  /// Takes the next job and publishes it as running; null if there is none, or
  /// if it is another one than `only`.
  job_ptr begin_job(const turn& which, const job* only = nullptr);

  /// Publishes how the running job ended, and in the same breath the next one
  /// as running if there is a turn for it; then tells the waiters of the first
  /// (G6). Returns the next job, null if none begins.
  job_ptr end_job(const outcome& result, const turn* next = nullptr);

  /// The same, and `begun` is the next job before any host code runs, which may
  /// end this thread.
  void end_job(const outcome& result, const turn* next, job_ptr& begun);

  /// Fails `x` without running it, if it is the next job: its connections
  /// cannot be had.
  void fail_job(const turn& which, const job& x, const error& why);

  /// Defers `x`, if it is the next job: it keeps its place, and the entry waits
  /// until the endpoint may be tried again whose check came to `why`. Jobs that
  /// were deferred before it and that it has overtaken fail if their time is
  /// up.
  void defer_job(const turn& which, const job& x, const check_verdict& why);

  /// The endpoint for which a job was deferred lets it go on from `which`.
  bool resume(place which) noexcept override;

  /// Ends a turn. The caller must have the supervisor woken.
  void end_turn(const turn& which);

  // -- draining ---------------------------------------------------------------

  /// Cancels all that is queued and asks the running job to stop. Waits for
  /// nothing of the host's. `why` lives as long as the program.
  void interrupt(const error& why);
  void interrupt(error&& why) = delete;

  /// Cancels `x` if it was published as running and its body has not begun,
  /// and will not: its thread is held by whoever calls this.
  void cancel_unbegun(job& x, const error& why);

  /// Gives the running job its outcome although its body still runs; the
  /// project stays busy until it returns (G1) and its result is dropped (G10).
  /// Returns the job, also if it was abandoned before; null if none runs.
  job_ptr abandon() noexcept;

  // -- errands ----------------------------------------------------------------

  /// Ends what is left of a job that has its outcome: its body, and who is told
  /// of it. Runs code of the host's; `next` begins on this thread after that.
  static void conclude(job& x, job* next = nullptr);

private:
  enum class turn_state : std::uint8_t { none, offered, begun };

  // -- with the lock

  // Moves what is in the inbox to its place in the queue.
  void collect() noexcept;

  // The job that starts next; null if there is none.
  job* first() noexcept;

  // Takes the job that starts next; null if there is none.
  job_ptr take(room_made& room) noexcept;

  bool is_current(const turn& which) const noexcept {
    return turn_ == turn_state::begun && turn_number_ == which.number;
  }

  // Whether the next job waits for an endpoint.
  bool is_deferred() const noexcept;

  // `x` waits for no endpoint any more: it begins or ends. Returns whether it
  // did, and so whether somebody must look at the next one.
  bool end_deferral(job_id x, room_made& room) noexcept;

  // When the deferred job `x`, which is the next one, or one that it has
  // overtaken, must be tried again.
  clock::time_point deferred_until(const job& x, const check_verdict& why,
                                   clock::time_point now, double draw) const;

  // Fails the deferred jobs that `x` has overtaken and whose time is up.
  // `conclude` must follow for each.
  job_list fail_overdue(const job& x, const check_verdict& why,
                        clock::time_point now) noexcept;

  job_ptr begin_locked(const turn& which, room_made& room) noexcept;

  // Gives `x` its outcome. `conclude` must follow, without the lock. `Error` is
  // as for `job::move_to`.
  template <class Error>
  void settle_locked(job& x, job_state final_state, const Error& why) noexcept;

  // -- with both locks

  // Jobs without a final outcome, and bodies that still run after it.
  std::size_t count_open() const noexcept;

  // -- with the lock of the inbox

  // The rule of admission where no more than `open` jobs are open.
  errc check_admission(admission asked, std::size_t open) const noexcept {
    return admit(asked, {open != 0, open}, shared_->max);
  }

  // Admits `x` to `into` if there is a place for it in the books.
  template <class Container>
  verdict enter(const job_ptr& x, int priority, Container& into) noexcept;

  // What submitters write, what is written once a turn at most, and what the
  // worker writes are kept apart, as they are on different cores.

  // Taken alone, or after `mutex_`.
  mutable brief_mutex inbox_mutex_;
  job_list inbox_; // all of `inbox_priority`
  // No more jobs are open: counted when that mattered, and every push since.
  // Written under the lock.
  std::atomic<std::size_t> open_at_most_ = 0;
  bool attended_ = false; // else the next push must wake
  bool dead_ = false;     // changes under both locks
  error rejection_;       // the last one

  friend class unattended;
  entry* next_unattended_ = nullptr; // owned by the one before it
  bool is_unattended_ = false;
  const std::string project_;
  const std::shared_ptr<shared_state> shared_;
  attendant_ptr attendant_; // guarded by `mutex_`

  mutable brief_mutex mutex_;
  job_queue queue_;
  job_ptr running_;
  std::unique_ptr<deferral> deferral_; // of few
  std::uint64_t turn_number_ = 0;
  turn_state turn_ = turn_state::none;
};

using entry_ptr = intrusive_ptr<entry>;

} // namespace foreman
