#pragma once

#include <foreman/export.hpp>
#include <foreman/job_id.hpp>

#include <cstddef>
#include <string>

namespace foreman {

/// What was true of one project at one moment (G6). A project that nobody has
/// heard of is idle: all zero.
struct FOREMAN_EXPORT project_status {
  /// The key of the project.
  std::string project;
  /// A job body runs.
  bool running = false;
  /// A body runs, or a job is queued.
  bool busy = false;
  /// The job that runs; 0 if none does.
  job_id running_job{};
  /// Jobs that wait for their turn.
  std::size_t queued = 0;
  /// The job that is deferred, as a connection that it needs cannot be had; 0
  /// if none is.
  job_id deferred_job{};
  /// The name of that connection.
  std::string deferred_for{};

  /// Whether they say the same.
  friend bool operator==(const project_status&, const project_status&)
    = default;
};

} // namespace foreman
