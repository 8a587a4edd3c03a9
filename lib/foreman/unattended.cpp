#include <foreman/unattended.hpp>

#include <utility>

namespace foreman {

unattended::~unattended() {
  while (pop())
    ;
}

bool unattended::push(entry_ptr x) noexcept {
  const std::lock_guard guard{mutex_};
  if (!std::exchange(x->is_unattended_, true)) {
    auto* const node = x.release(); // the list owns it from here on
    node->next_unattended_ = nullptr;
    (first_ == nullptr ? first_ : last_->next_unattended_) = node;
    last_ = node;
  }
  return !std::exchange(told_, true);
}

entry_ptr unattended::pop() noexcept {
  const std::lock_guard guard{mutex_};
  if (first_ == nullptr) {
    told_ = false;
    return {};
  }
  first_->is_unattended_ = false;
  return entry_ptr::adopt(std::exchange(first_, first_->next_unattended_));
}

} // namespace foreman
