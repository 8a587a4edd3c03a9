#pragma once

#include <foreman/connection.hpp>
#include <foreman/connection_needs.hpp>
#include <foreman/endpoint.hpp>
#include <foreman/export.hpp>
#include <foreman/job.hpp>
#include <foreman/job_id.hpp>

#include <utility>

namespace foreman {

/// When a job must be tried again at the latest that its check defers at `now`:
/// when it has been deferred for so long that it fails. Sooner, after a pause
/// that grows as that of a failed open does, if its check ran out of time, as
/// nobody else finds out whether the next one does. Later, if others are being
/// opened, as that is no reason to fail. `draw` is random in [0, 1).
FOREMAN_EXPORT clock::time_point
try_again_by(check_verdict::kind why, const job::deferral_record& x,
             clock::time_point now, const check_options& options,
             double draw) noexcept;

/// For what a job waits that its check defers.
FOREMAN_EXPORT wait_kind wait_kind_of(check_verdict::kind why,
                                      unavailable_policy policy) noexcept;

/// Room for others on the way from an endpoint to a worker. They are let go on
/// when this goes out of scope, which must be without a lock.
class FOREMAN_EXPORT room_made {
public:
  room_made() = default;
  room_made(const room_made&) = delete;
  room_made& operator=(const room_made&) = delete;

  ~room_made() {
    if (where_)
      where_->serve();
  }

  void at(endpoint_ptr where) noexcept {
    where_ = std::move(where);
  }

private:
  endpoint_ptr where_;
};

/// That the next job of an entry is deferred: it waits until the endpoint of a
/// connection that it needs may be tried again, or is on its way from there.
/// Since when it does is known to the job itself. Guarded by the lock of the
/// entry.
class FOREMAN_EXPORT deferral {
public:
  job_id who() const noexcept {
    return who_;
  }

  /// The endpoint that it waits for; null if it may be tried now.
  const endpoint_ptr& where() const noexcept {
    return where_;
  }

  /// `waits` waits for `where` for the sake of its job `who`. Returns whether
  /// it is the only one there. Without memory nobody waits.
  bool wait(job_id who, endpoint_waiter_ptr waits, const endpoint_ptr& where,
            clock::time_point until, wait_kind how, room_made& room);

  /// The endpoint lets `place` go on; `arrive` will be called if it is
  /// `on_its_way`. Returns whether that is this one.
  bool resume(endpoint::place place, bool on_its_way) noexcept;

  /// If it was on its way, it has come to a worker.
  void arrive(room_made& room) noexcept;

  /// It does not wait any more. Returns whether it did.
  bool cancel(room_made& room) noexcept;

private:
  job_id who_;
  endpoint_ptr where_;
  endpoint::place place_ = 0;
  endpoint_ptr on_its_way_from_;
};

} // namespace foreman
