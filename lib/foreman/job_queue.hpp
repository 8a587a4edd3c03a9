#pragma once

#include <foreman/export.hpp>
#include <foreman/job_list.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace foreman {

/// The jobs of one project that wait for their turn, in the order of
/// (priority, time due, admission number), G2. A job that is pushed is the
/// last one due of its priority, so each priority is a plain list.
///
/// Not thread-safe: guarded by the entry's lock.
class FOREMAN_EXPORT job_queue {
public:
  /// Makes a list for `priority`, the only step that needs memory: a push that
  /// follows cannot fail.
  void prepare(int priority);

  /// Appends `x` behind all jobs of its priority.
  void push(job_ptr x);

  /// Appends jobs of a `priority` that was prepared.
  void append(int priority, job_list jobs) noexcept;

  /// The job that starts next; null if there is none.
  job* front() const noexcept;

  /// Calls `f` for the first job of each priority, in order; it must leave the
  /// queue as it is.
  template <class F>
  void for_each_first(const F& f) const {
    for (const auto& x : levels_)
      if (!x.jobs.empty())
        f(*x.jobs.front());
  }

  /// Removes and returns the job that starts next; null if there is none.
  job_ptr pop() noexcept;

  /// Removes `x`, which must be in this queue.
  job_ptr remove(job& x) noexcept;

  /// Removes and returns all jobs, in order.
  job_list take_all() noexcept;

  /// Whether the job that starts next is one of at most this `priority`.
  bool starts_with(int priority) const noexcept;

  /// Returns the job `id`, or null if it does not wait here. Takes few steps on
  /// the average, also where many wait: their ids grow along each list, so that
  /// an index of them can be made, when it is first needed, and searched.
  job* find(job_id id) noexcept;

  /// How many jobs `find` has looked at so far, for tests.
  std::uint64_t looked_at() const noexcept {
    return looked_at_;
  }

  std::size_t size() const noexcept {
    return size_;
  }

  bool empty() const noexcept {
    return size_ == 0;
  }

private:
  struct indexed_job {
    job_id id;
    job* where = nullptr; // null if it is not here any more
  };

  struct level {
    int priority = 0;
    job_list jobs;
    // By id; a beginning of `jobs`, empty until `find` needs it. 16 bytes for
    // each job, as long as many wait.
    std::vector<indexed_job> index = {};

    // Where `id` is in the index, or would be.
    std::vector<indexed_job>::iterator at(job_id id) noexcept;

    // Removes `x` from list and index.
    job_ptr remove(job& x) noexcept;
  };

  // Adds to the index of `where` what it does not have; without memory it is
  // left as it is.
  void extend_index(level& where) noexcept;

  job* find_in(level& where, job_id id) noexcept;

  // Where the level of `priority` is, or would be.
  std::vector<level>::iterator find_level(int priority) noexcept;

  // Sorted; a level stays when it runs empty, as it will be needed again.
  std::vector<level> levels_;
  std::size_t size_ = 0;
  std::uint64_t looked_at_ = 0;
};

} // namespace foreman
