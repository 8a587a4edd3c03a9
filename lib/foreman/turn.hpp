#pragma once

#include <foreman/clock.hpp>
#include <foreman/export.hpp>
#include <foreman/intrusive_ptr.hpp>

#include <cstddef>
#include <cstdint>

namespace foreman {

class entry;

/// The right to run jobs of one project on one worker, bounded by a count and
/// by time while other projects wait for a worker. It names no job: each is
/// taken from the entry when it begins. So a turn that ends early, or is lost
/// with its worker, leaves every job where it was, in order and open to cancel.
struct FOREMAN_EXPORT turn {
  intrusive_ptr<entry> home;
  /// Tells this turn from all others of its project.
  std::uint64_t number = 0;
  /// At most this many jobs.
  std::size_t max_jobs = 0;
  /// No further job begins this long after the turn has begun.
  clock::duration slice{};
};

} // namespace foreman
