#pragma once

#include "job_log.hpp"
#include "process_group.hpp"
#include "stop_event.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace supervisor {

/// One run of a program: reads what it writes into a log, and ends it when it
/// is late or its job is asked to stop.
class command_run {
public:
  using steady = std::chrono::steady_clock;

  /// Starts it. Throws `std::system_error` if the system refuses what is needed
  /// for it.
  command_run(const program_call& what, const std::stop_token& stop,
              std::optional<steady::duration> timeout, job_log& log);

  /// Returns when all that it started has ended and all that it wrote is read.
  program_end wait();

  /// Whether it was asked to end before it had ended, and for what.
  enum class ending { no, stopped, late };

  ending why_ended() const noexcept {
    return ending_;
  }

  /// The end of what it wrote to its standard error.
  const std::string& tail() const noexcept {
    return tail_;
  }

private:
  // Waits for the next thing to happen; returns whether the program has ended.
  bool step();

  void ask_to_end(ending why);

  // As poll takes it.
  int wait_time() const;

  // Return whether there was anything.
  bool take_output();
  bool take_errors();

  stop_event stop_;
  job_log& log_;
  // When it will be ended next: by the timeout, then by SIGKILL.
  std::optional<steady::time_point> deadline_;
  ending ending_ = ending::no;
  bool output_done_ = false;
  bool errors_done_ = false;
  std::string tail_;
  process_group program_; // the last: it begins when all else is there
};

} // namespace supervisor
