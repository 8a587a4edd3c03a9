#include <foreman/unattended.hpp>

#include <utility>

namespace foreman {

unattended::~unattended() {
  while (pop())
    ;
}

void unattended::push(entry_ptr x) noexcept {
  auto* const node = x.release(); // the list owns it from here on
  node->next_unattended_ = pushed_.load(std::memory_order_relaxed);
  while (!pushed_.compare_exchange_weak(node->next_unattended_, node))
    ;
}

entry_ptr unattended::pop() noexcept {
  if (turned_ == nullptr)
    for (auto* x = pushed_.exchange(nullptr); x != nullptr;) {
      auto* const next = std::exchange(x->next_unattended_, turned_);
      turned_ = std::exchange(x, next);
    }
  if (turned_ == nullptr)
    return {};
  return entry_ptr::adopt(std::exchange(turned_, turned_->next_unattended_));
}

} // namespace foreman
