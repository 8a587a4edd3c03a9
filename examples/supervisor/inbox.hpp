#pragma once

#include "descriptor.hpp"

#include <foreman/drain.hpp>
#include <foreman/job_id.hpp>
#include <foreman/log.hpp>
#include <foreman/outcome.hpp>

#include <chrono>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace supervisor {

/// A job's body begins.
struct job_started {
  foreman::job_id id;
  std::chrono::steady_clock::time_point at = std::chrono::steady_clock::now();
};

/// A job has its outcome.
struct job_ended {
  foreman::job_id id;
  foreman::outcome how;
  std::chrono::steady_clock::time_point at = std::chrono::steady_clock::now();
};

/// foreman has something to say.
struct log_line {
  foreman::log_level level;
  std::string text;
};

/// The drain has ended.
struct drained {
  foreman::drain_report report;
};

/// A signal has come.
struct signal_came {
  int number;
  /// How many have asked the program to end, with this one; 0 if this does not.
  int ends_asked;
};

using event
  = std::variant<job_started, job_ended, log_line, drained, signal_came>;

/// What other threads tell the one that runs the program. Thread-safe.
class inbox {
public:
  /// Throws `std::system_error` if the system refuses a descriptor.
  inbox();

  void post(event what);

  /// All events since the last call, in order.
  std::vector<event> take();

  /// Readable while there are events.
  int number() const noexcept {
    return event_.number();
  }

private:
  descriptor event_;
  std::mutex mutex_;
  std::vector<event> events_;
};

} // namespace supervisor
