#pragma once

#include <foreman/job.hpp>

#include <cstddef>
#include <vector>

namespace foreman {

/// The jobs of one project that wait for their turn, in the order of
/// (priority, time due, admission number), G2. A job that is pushed is the
/// last one due of its priority, so each priority is a plain list through the
/// jobs themselves: push, pop and removal from the middle take constant time
/// and no memory.
///
/// Not thread-safe: guarded by the entry's lock.
class job_queue {
public:
  job_queue() = default;
  job_queue(const job_queue&) = delete;
  job_queue& operator=(const job_queue&) = delete;
  ~job_queue();

  /// Makes a list for `priority`, the only step that needs memory: a push that
  /// follows cannot fail.
  void prepare(int priority);

  /// Appends `x` behind all jobs of its priority.
  void push(job_ptr x);

  /// Removes and returns the job that starts next; null if there is none.
  job_ptr pop() noexcept;

  /// Removes `x`, which must be in this queue.
  job_ptr remove(job& x) noexcept;

  /// Exchanges all jobs with those of `other`.
  void swap(job_queue& other) noexcept;

  /// Calls `f` for each job; it must leave the queue as it is.
  template <class F>
  void for_each(const F& f) const {
    for (const auto& where : levels_)
      for (auto* x = where.head; x != nullptr; x = x->next_)
        f(*x);
  }

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
    job* head = nullptr;
    job* tail = nullptr;
  };

  level& level_of(int priority);

  // Sorted; a level stays when it runs empty, as it will be needed again.
  std::vector<level> levels_;
  std::size_t size_ = 0;
};

} // namespace foreman
