#pragma once

#include <foreman/export.hpp>
#include <foreman/job.hpp>

#include <cstddef>
#include <utility>

namespace foreman {

/// Jobs in the order in which they came: a list through the jobs themselves,
/// so that push, pop, removal from the middle and joining two lists take
/// constant time, take no memory and cannot fail. A job is in one list at most.
///
/// Not thread-safe: guarded by a lock of the entry.
class FOREMAN_EXPORT job_list {
public:
  job_list() = default;

  job_list(job_list&& other) noexcept
    : head_{std::exchange(other.head_, nullptr)},
      tail_{std::exchange(other.tail_, nullptr)},
      size_{std::exchange(other.size_, 0)} {}

  job_list& operator=(job_list&& other) noexcept {
    job_list old{std::move(*this)};
    std::swap(head_, other.head_);
    std::swap(tail_, other.tail_);
    std::swap(size_, other.size_);
    return *this;
  }

  ~job_list() {
    while (pop())
      ;
  }

  void push(job_ptr x) noexcept;

  /// The first job; null if there is none.
  job* front() const noexcept {
    return head_;
  }

  /// The last job; null if there is none.
  job* back() const noexcept {
    return tail_;
  }

  /// The job before `x`, which must be in this list; null if `x` is the first.
  static job* before(const job& x) noexcept {
    return x.prev_;
  }

  /// Removes and returns the first job; null if there is none.
  job_ptr pop() noexcept {
    return head_ != nullptr ? remove(*head_) : job_ptr{};
  }

  /// Removes `x`, which must be in this list.
  job_ptr remove(job& x) noexcept;

  /// Appends all jobs of `other`.
  void append(job_list other) noexcept;

  /// Calls `f` for each job; it must leave the list as it is.
  template <class F>
  void for_each(const F& f) const {
    for (auto* x = head_; x != nullptr; x = x->next_)
      f(*x);
  }

  std::size_t size() const noexcept {
    return size_;
  }

  bool empty() const noexcept {
    return size_ == 0;
  }

private:
  job* head_ = nullptr;
  job* tail_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace foreman
