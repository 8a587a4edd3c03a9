#pragma once

#include <foreman/export.hpp>
#include <foreman/job_list.hpp>

#include <cstddef>
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

  /// Returns the job `id`, or null if it does not wait here. Linear.
  job* find(job_id id) const noexcept;

  std::size_t size() const noexcept {
    return size_;
  }

  bool empty() const noexcept {
    return size_ == 0;
  }

private:
  struct level {
    int priority = 0;
    job_list jobs;
  };

  // Where the level of `priority` is, or would be.
  std::vector<level>::iterator find_level(int priority) noexcept;

  // Sorted; a level stays when it runs empty, as it will be needed again.
  std::vector<level> levels_;
  std::size_t size_ = 0;
};

} // namespace foreman
