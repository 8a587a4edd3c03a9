#pragma once

#include <foreman/ledger.hpp>
#include <foreman/ticket.hpp>

#include <support/project_watch.hpp>
#include <support/start_line.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace foreman::test {

using watched_projects = std::vector<std::shared_ptr<project_watch>>;

inline watched_projects watch_projects(std::size_t count, std::size_t lanes) {
  watched_projects result;
  for (std::size_t i = 0; i < count; ++i)
    result.push_back(std::make_shared<project_watch>(lanes));
  return result;
}

inline std::string key_of(std::size_t project) {
  return "project-" + std::to_string(project);
}

/// How jobs ended.
struct tally {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;

  void count(job_state how) noexcept {
    ++(how == job_state::succeeded  ? succeeded
         : how == job_state::failed ? failed
                                    : cancelled);
  }

  tally& operator+=(const tally& x) noexcept {
    succeeded += x.succeeded;
    failed += x.failed;
    cancelled += x.cancelled;
    return *this;
  }

  std::uint64_t all() const noexcept {
    return succeeded + failed + cancelled;
  }
};

/// Offers jobs to watched projects on one thread, and knows of each how it
/// ended and how often its body ran.
class sender {
public:
  using in_body_function = std::function<void(job_context&)>;

  /// `in_body` is called in each body. Its lanes begin with `lane`.
  sender(watched_projects projects, std::size_t lane,
         in_body_function in_body = {})
    : projects_{std::move(projects)},
      lane_{lane},
      in_body_{std::move(in_body)} {}

  /// Offers a job: `submit` is called with its body and returns the verdict.
  /// Returns why it was rejected, `ok` if it was not.
  template <class Submit>
  errc offer(std::size_t project, const Submit& submit, std::size_t lane = 0) {
    auto ran = std::make_shared<std::atomic<int>>(0);
    auto made
      = submit([watch = projects_[project], lane = lane_ + lane,
                in_body = in_body_, number = ++sent_, ran](job_context& job) {
          const project_watch::visit here{*watch, job, lane, number};
          ++*ran;
          if (in_body)
            in_body(job);
          stagger(number);
          job.throw_if_stopped();
        });
    if (!made)
      return made.error().code();
    open_.push_back({*std::move(made), std::move(ran)});
    return errc::ok;
  }

  /// The job that was admitted last.
  const ticket<void>& last() const {
    return open_.back().seen;
  }

  /// Waits for the oldest jobs until no more than `count` are left, and counts
  /// how they ended.
  void settle_all_but(std::size_t count) {
    for (; open_.size() > count; open_.pop_front())
      settle(open_.front());
  }

  /// The same without waiting: stops at the first job that has not ended.
  void settle_ended() {
    for (; !open_.empty() && open_.front().seen.finished(); open_.pop_front())
      settle(open_.front());
  }

  /// How many jobs it has not counted.
  std::size_t unsettled() const noexcept {
    return open_.size();
  }

  /// As `settle_all_but`, for all jobs.
  const tally& outcomes() {
    settle_all_but(0);
    return seen_;
  }

  /// How many outcomes contradicted how often their bodies ran.
  std::uint64_t contradictions() const noexcept {
    return contradictions_;
  }

private:
  struct offered_job {
    ticket<void> seen;
    std::shared_ptr<std::atomic<int>> ran;
  };

  void settle(const offered_job& x) {
    const auto result = x.seen.wait();
    const int ran = *x.ran;
    const auto how = x.seen.state();
    seen_.count(how);
    // Without a connection there is no body. A job is cancelled before it
    // starts, or it is stopped.
    const bool none = how == job_state::failed
      && result.error().code() == errc::connection_unavailable;
    const bool right
      = how == job_state::cancelled ? ran <= 1 : ran == (none ? 0 : 1);
    contradictions_ += right && x.seen.finished() ? 0 : 1;
  }

  watched_projects projects_;
  std::uint64_t sent_ = 0;
  std::size_t lane_;
  in_body_function in_body_;
  std::deque<offered_job> open_;
  tally seen_;
  std::uint64_t contradictions_ = 0;
};

inline std::uint64_t violations(const watched_projects& all) {
  std::uint64_t result = 0;
  for (const auto& x : all)
    result += x->overlaps() + x->disorders();
  return result;
}

/// Whether all outcomes are in the books, and nothing else is (G4).
inline bool agree(const ledger& books, const tally& seen) {
  return books.admitted == seen.all() && books.succeeded == seen.succeeded
    && books.failed == seen.failed && books.cancelled == seen.cancelled
    && books.expired == 0;
}

} // namespace foreman::test
