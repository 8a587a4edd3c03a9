#include <foreman/job_queue.hpp>

#include <algorithm>
#include <utility>

namespace foreman {

job_queue::~job_queue() {
  while (pop())
    ;
}

job_queue::level& job_queue::level_of(int priority) {
  auto at = std::ranges::lower_bound(levels_, priority, {}, &level::priority);
  if (at == levels_.end() || at->priority != priority)
    at = levels_.insert(at, level{priority});
  return *at;
}

void job_queue::prepare(int priority) {
  static_cast<void>(level_of(priority));
}

void job_queue::push(job_ptr x) {
  auto& where = level_of(x->priority());
  auto* node = x.release(); // the list owns it from here on
  node->next_ = nullptr;
  node->prev_ = where.tail;
  (where.tail != nullptr ? where.tail->next_ : where.head) = node;
  where.tail = node;
  ++size_;
}

job_ptr job_queue::pop() noexcept {
  for (auto& x : levels_)
    if (x.head != nullptr)
      return remove(*x.head);
  return {};
}

job_ptr job_queue::remove(job& x) noexcept {
  auto& where = level_of(x.priority()); // exists: `x` is in it
  (x.prev_ != nullptr ? x.prev_->next_ : where.head) = x.next_;
  (x.next_ != nullptr ? x.next_->prev_ : where.tail) = x.prev_;
  x.next_ = x.prev_ = nullptr;
  --size_;
  return job_ptr::adopt(&x);
}

void job_queue::swap(job_queue& other) noexcept {
  levels_.swap(other.levels_);
  std::swap(size_, other.size_);
}

job* job_queue::find(job_id id) const noexcept {
  job* found = nullptr;
  for_each([&](job& x) {
    if (x.id() == id)
      found = &x;
  });
  return found;
}

} // namespace foreman
