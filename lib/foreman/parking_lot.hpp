#pragma once

#include <foreman/export.hpp>

#include <condition_variable>
#include <mutex>

namespace foreman {

/// A place to sleep, shared by all objects that hash to it: whoever waits must
/// test its own condition again when woken.
struct FOREMAN_EXPORT parking_spot {
  std::mutex mutex;
  std::condition_variable woken;
};

/// Returns the spot of the object at `address`. There is a fixed number of
/// spots in the program, so that a job that nobody waits for pays nothing for
/// the possibility (the idea is WebKit's and folly's ParkingLot).
FOREMAN_EXPORT parking_spot& spot_of(const void* address) noexcept;

/// After a fork, in the child: all spots are free.
FOREMAN_EXPORT void renew_parking_lot() noexcept;

} // namespace foreman
