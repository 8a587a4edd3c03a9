#include <foreman/job_queue.hpp>

#include <algorithm>
#include <utility>

namespace foreman {

job_queue::~job_queue() {
  while (pop())
    ;
}

job_queue::level& job_queue::level_of(int priority) {
  auto at = std::lower_bound(
    levels_.begin(), levels_.end(), priority,
    [](const level& x, int wanted) { return x.priority < wanted; });
  if (at == levels_.end() || at->priority != priority)
    at = levels_.insert(at, level{priority});
  return *at;
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

job* job_queue::find(job_id id) const noexcept {
  for (const auto& where : levels_)
    for (auto* x = where.head; x != nullptr; x = x->next_)
      if (x->id() == id)
        return x;
  return nullptr;
}

} // namespace foreman
