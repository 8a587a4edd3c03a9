#pragma once

#include "inbox.hpp"
#include "job_file.hpp"

#include <foreman/ticket.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace supervisor {

/// A job of the run that is not over.
struct open_job {
  foreman::ticket<void> ticket;
  std::size_t line;
  std::string kind;
  /// When its body began.
  std::optional<std::chrono::steady_clock::time_point> started;
};

/// A job of the run that is over.
struct ended_job {
  foreman::job_id id;
  std::size_t line;
  std::string project;
  std::string kind;
  foreman::outcome how;
  /// How long its body ran.
  std::chrono::duration<double> took{};
};

/// All jobs of a run: what is known of them. Not thread-safe: it learns of
/// events in the order in which they are told.
class batch {
public:
  /// Up to so many jobs that did not succeed are kept for the summary.
  static constexpr std::size_t max_listed = 1'000;

  void admitted(const job_line& what, const foreman::ticket<void>& ticket);

  /// A job that never existed counts as a failed one.
  ended_job rejected(const job_line& what, const foreman::error& why);

  /// A line of the input was bad.
  void skipped() {
    ++skipped_;
  }

  /// Lines were read, but the input ended before they were looked at.
  void dropped(std::size_t lines) {
    dropped_ += lines;
  }

  /// Returns the job that began; null if it is over: a body may begin while a
  /// drain gives its job up.
  const open_job* started(const job_started& what);

  ended_job ended(const job_ended& what);

  /// By id.
  const std::map<foreman::job_id, open_job>& open() const noexcept {
    return open_;
  }

  std::size_t running() const noexcept {
    return running_;
  }

  std::size_t waiting() const noexcept {
    return open_.size() - running_;
  }

  std::size_t projects() const noexcept {
    return projects_.size();
  }

  std::size_t jobs() const noexcept {
    return open_.size() + done();
  }

  std::size_t done() const noexcept {
    return succeeded_ + failed_ + cancelled_;
  }

  std::size_t succeeded() const noexcept {
    return succeeded_;
  }

  std::size_t failed() const noexcept {
    return failed_;
  }

  std::size_t cancelled() const noexcept {
    return cancelled_;
  }

  std::size_t skipped_lines() const noexcept {
    return skipped_;
  }

  std::size_t dropped_lines() const noexcept {
    return dropped_;
  }

  /// Those that did not succeed, by line; the first `max_listed` to end.
  const std::map<std::size_t, ended_job>& not_succeeded() const noexcept {
    return listed_;
  }

private:
  void count(const ended_job& job);

  std::map<foreman::job_id, open_job> open_;
  std::set<std::string> projects_;
  std::size_t running_ = 0;
  std::size_t succeeded_ = 0;
  std::size_t failed_ = 0;
  std::size_t cancelled_ = 0;
  std::size_t skipped_ = 0;
  std::size_t dropped_ = 0;
  std::map<std::size_t, ended_job> listed_;
};

} // namespace supervisor
