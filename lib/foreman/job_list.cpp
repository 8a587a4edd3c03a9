#include <foreman/job_list.hpp>

namespace foreman {

void job_list::push(job_ptr x) noexcept {
  auto* node = x.release(); // the list owns it from here on
  node->next_ = nullptr;
  node->prev_ = tail_;
  (tail_ != nullptr ? tail_->next_ : head_) = node;
  tail_ = node;
  ++size_;
}

job_ptr job_list::remove(job& x) noexcept {
  (x.prev_ != nullptr ? x.prev_->next_ : head_) = x.next_;
  (x.next_ != nullptr ? x.next_->prev_ : tail_) = x.prev_;
  x.next_ = x.prev_ = nullptr;
  --size_;
  return job_ptr::adopt(&x);
}

void job_list::append(job_list other) noexcept {
  if (other.empty())
    return;
  other.head_->prev_ = tail_;
  (tail_ != nullptr ? tail_->next_ : head_) = other.head_;
  tail_ = other.tail_;
  size_ += other.size_;
  other.head_ = other.tail_ = nullptr;
  other.size_ = 0;
}

} // namespace foreman
