#pragma once

#include <foreman/connection_needs.hpp>
#include <foreman/export.hpp>
#include <foreman/intrusive_ptr.hpp>
#include <foreman/job_id.hpp>
#include <foreman/outcome.hpp>
#include <foreman/unavailable_policy.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace foreman {

class entry;
class job_context;

/// One admitted unit of work: what its entry queues, its worker runs and its
/// tickets watch. Hosts meet it only as a `ticket`.
///
/// Who may do what: identity is written once, at admission. State moves under
/// the lock of the job's entry, which also decides who may move it; anybody
/// reads it at any time. What few jobs need (error text, stop source,
/// listeners) is made when first used, under the job's parking spot.
class FOREMAN_EXPORT job : public ref_counted {
public:
  using listener = std::function<void(const job&)>;
  using time_point = std::chrono::steady_clock::time_point;

  job();
  ~job() override;

  // -- identity, fixed at admission -------------------------------------------

  /// Called before the job is admitted.
  void need(connection_mask connections,
            unavailable_policy otherwise) noexcept {
    needs_ = connections;
    if_unavailable_ = otherwise;
  }

  /// Whoever offers a job that others may hold as well takes it first: it is
  /// offered once at a time. Returns whether it was free. Any thread.
  bool begin_offer() noexcept {
    return (word_.fetch_or(offered_bit, std::memory_order_acq_rel)
            & offered_bit)
      == 0;
  }

  /// It was rejected: it may be offered again.
  void end_offer() noexcept {
    word_.fetch_and(static_cast<std::uint8_t>(~offered_bit),
                    std::memory_order_acq_rel);
  }

  /// Called by the entry that admits the job, before anybody else sees it.
  void admit(intrusive_ptr<entry> home, job_id id, int priority) noexcept;

  job_id id() const noexcept {
    return id_;
  }

  int priority() const noexcept {
    return priority_;
  }

  /// The connections that it gets.
  connection_mask needs() const noexcept {
    return needs_;
  }

  /// What becomes of it while one of them cannot be had.
  unavailable_policy if_unavailable() const noexcept {
    return if_unavailable_;
  }

  /// The entry of the job's project; null before admission.
  const intrusive_ptr<entry>& home() const noexcept {
    return home_;
  }

  // -- deferrals --------------------------------------------------------------

  /// What is remembered of a job that was deferred, over all attempts to start
  /// it, and whoever overtakes it meanwhile.
  struct deferral_record {
    /// When it was deferred first.
    time_point since;
    /// How many of its latest checks in a row ran out of time.
    std::size_t out_of_time = 0;
  };

  /// None if it was never deferred.
  std::optional<deferral_record> deferral() const;

  /// Without memory nothing has changed.
  void remember(const deferral_record& x);

  // -- the body ---------------------------------------------------------------

  /// Runs the body and keeps its value. Returns the error that the body
  /// returned, if any; passes its exceptions on.
  virtual error execute(job_context& context) = 0;

  /// Destroys the body and what it captured.
  virtual void discard_body() noexcept = 0;

  // -- state ------------------------------------------------------------------

  job_state state() const noexcept {
    return static_cast<job_state>(word_.load(std::memory_order_acquire)
                                  & state_mask);
  }

  bool finished() const noexcept {
    return is_final(state());
  }

  /// Why the job did not succeed. Meaningful once `finished()`.
  error why() const;

  /// Moves the job along an arrow of the state machine. `announce` must follow
  /// a move to a final state, without the entry's lock. Cannot fail: without
  /// memory for the text of `why`, its code is kept.
  void move_to(job_state next, const error& why = {}) noexcept;

  /// The same; `why` lives as long as the program, so that a crowd of jobs that
  /// share it takes no memory for it.
  void move_to(job_state next, const error* why) noexcept;

  /// Wakes everybody who waits for the final state. Runs nothing of the host's.
  void wake_waiters() noexcept;

  /// The same, and calls the listeners. What these throw is contained.
  void announce();

  /// Whether `announce` has anything to do.
  bool watched() const noexcept {
    return (word_.load(std::memory_order_acquire) & watched_bit) != 0;
  }

  /// Blocks until the job is finished or `until` has come; no `until` waits
  /// for ever. Returns whether it is finished.
  bool wait(std::optional<time_point> until) const;

  /// Calls `f` once when the job is finished, on the thread that finishes it,
  /// or now if it is. What `f` throws is contained.
  void on_finish(listener f);

  /// Calls `f`, the listener of a ticket that watches no job, under the same
  /// terms.
  static void call_for_none(const std::function<void()>& f);

  // -- stopping ---------------------------------------------------------------

  /// Asks the body to stop. Runs the callbacks of its stop token.
  void request_stop();

  /// Asks the body to stop, unless it has a stop token: then returns true, and
  /// `request_stop` must follow, which may run callbacks of the host's.
  bool request_stop_of_token() noexcept;

  /// What a token says, if there is one: the two never disagree.
  bool stop_requested() const noexcept {
    const auto now = word_.load(std::memory_order_acquire);
    return (now & token_bit) != 0 ? extras_->stop.stop_requested()
                                  : (now & stop_bit) != 0;
  }

  std::stop_token stop_token();

private:
  friend class job_list;

  struct extras {
    error why;
    std::stop_source stop{std::nostopstate};
    std::vector<listener> listeners;
    std::optional<deferral_record> deferral;
  };

  static constexpr std::uint8_t state_mask = 0x0F;
  static constexpr std::uint8_t watched_bit = 0x10;
  static constexpr std::uint8_t stop_bit = 0x20;
  static constexpr std::uint8_t offered_bit = 0x40;
  static constexpr std::uint8_t token_bit = 0x80; // `extras_->stop` is made

  void call(const listener& f) const;

  // Requires the parking spot's mutex.
  extras& extras_locked() const;

  void change_state(job_state next) noexcept;

  connection_mask needs_ = all_connections; // fills a gap of the base
  intrusive_ptr<entry> home_;
  job_id id_;
  job* next_ = nullptr;
  job* prev_ = nullptr;
  mutable std::unique_ptr<extras> extras_;
  const error* shared_why_ = nullptr;
  std::int8_t priority_ = 0;
  unavailable_policy if_unavailable_ = unavailable_policy::defer;
  errc code_ = errc::ok;
  // State and flags in one word, so that "final now" and "somebody watches"
  // are ordered against each other without a lock.
  mutable std::atomic<std::uint8_t> word_{
    static_cast<std::uint8_t>(job_state::queued)};
};

using job_ptr = intrusive_ptr<job>;

} // namespace foreman
