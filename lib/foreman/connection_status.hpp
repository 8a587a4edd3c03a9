#pragma once

#include <foreman/breaker.hpp>
#include <foreman/connection_counts.hpp>
#include <foreman/export.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace foreman {

/// How the connections of one name are: a snapshot.
struct FOREMAN_EXPORT connection_status {
  /// The name under which jobs ask for them.
  std::string name;
  /// Whether one may be opened now.
  breaker_state breaker = breaker_state::closed;
  /// Why the last open failed; empty if it did not.
  std::string last_error;
  /// Projects whose next job waits until the endpoint may be tried again.
  std::size_t deferred_projects = 0;
  /// How often all connections were distrusted, as one was lost.
  std::uint64_t losses = 0;
  /// What became of checks and jobs, since the start.
  connection_counts counts;
};

} // namespace foreman
