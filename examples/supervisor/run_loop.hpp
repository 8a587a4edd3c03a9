#pragma once

#include "arriving_lines.hpp"
#include "batch.hpp"
#include "display.hpp"
#include "inbox.hpp"
#include "kind.hpp"

#include <foreman/system.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace supervisor {

/// What a run works with; all of it outlives the loop.
struct run_parts {
  const kind_table& kinds;
  display& shown;
  inbox& told;
  foreman::system& jobs;
};

/// The loop of a run, on one thread: takes lines, submits jobs, hears of their
/// ends and of signals, and shows it all.
class run_loop {
public:
  run_loop(const run_parts& with, std::chrono::nanoseconds drain);

  /// Submits what has been read as a whole, and shows what is wrong with it.
  /// Its bad lines count as skipped.
  void submit(const job_file& all);

  /// Takes lines until the input ends; a bad one is skipped, or is the last.
  void follow(arriving_lines input, const std::string& file, bool keep_going);

  /// Returns when there is no more input and no open job, or a drain has ended.
  void run();

  /// Hears what was said since `run`; call it when the system is gone.
  void hear();

  const batch& jobs() const noexcept {
    return jobs_;
  }

  /// Whether a line that was not to be skipped was bad.
  bool bad_input() const noexcept {
    return bad_input_;
  }

  /// Jobs whose bodies have not returned; their threads are still there.
  std::size_t left() const noexcept {
    return left_;
  }

  /// Calls the display, which is silent from its first failure on: jobs do not
  /// stop because nobody looks any more.
  void show(const std::function<void(display&)>& what);

  /// Why the display has failed; empty if it has not.
  const std::string& display_failure() const noexcept {
    return display_failure_;
  }

private:
  bool is_over() const;

  void wait();

  void hear_one(const event& what);

  void obey(const signal_came& what);

  // Counts what has been read for nothing.
  void end_input();

  void take_lines();

  void take(const std::string& text);

  // Skips a line, or ends the input with it.
  void refuse_line(problems why);

  // Submits a job; returns false if there is no room for it.
  bool offer(const job_line& what);

  void draw();

  run_parts with_;
  std::chrono::nanoseconds drain_;
  batch jobs_;

  std::optional<arriving_lines> input_;
  std::string file_;
  bool keep_going_ = false;
  bool bad_input_ = false;
  std::size_t line_ = 0;
  std::optional<job_line> held_; // no room for it yet

  bool drains_ = false;
  bool drained_ = false;
  bool over_ = false;
  std::size_t left_ = 0;
  std::chrono::steady_clock::time_point next_draw_{};
  std::string display_failure_;
  std::jthread drainer_; // the last: it uses what is above
};

} // namespace supervisor
