#pragma once

#include <foreman/endpoint.hpp>
#include <foreman/export.hpp>
#include <foreman/job_id.hpp>

#include <cstdint>

namespace foreman {

class entry;

/// That the next job of an entry is deferred: it waits until the endpoint of a
/// connection that it needs may be tried again. Remembers since when it does,
/// over all attempts to start it. Guarded by the lock of the entry.
class FOREMAN_EXPORT deferral {
public:
  explicit deferral(job_id who, clock::time_point since) noexcept
    : who_{who}, since_{since} {}

  job_id who() const noexcept {
    return who_;
  }

  clock::time_point since() const noexcept {
    return since_;
  }

  /// The endpoint that it waits for; null if it may be tried now.
  const endpoint_ptr& where() const noexcept {
    return where_;
  }

  /// Has `project` wait for the endpoint whose check came to `why`. Returns
  /// whether it is the only one there.
  bool wait(intrusive_ptr<entry> project, const check_verdict& why);

  /// The endpoint lets `place` go on. Returns whether that is this one.
  bool resume(endpoint::place place) noexcept {
    if (!where_ || place_ != place)
      return false;
    where_ = nullptr;
    return true;
  }

  /// It does not wait any more. Returns whether it did.
  bool cancel() noexcept {
    if (!where_)
      return false;
    where_->leave(place_);
    where_ = nullptr;
    return true;
  }

private:
  job_id who_;
  clock::time_point since_;
  endpoint_ptr where_;
  endpoint::place place_ = 0;
};

} // namespace foreman
