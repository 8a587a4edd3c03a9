#pragma once

#include <utility>

namespace foreman {

/// Calls a function at the end of its scope, however the scope ends: also by an
/// exception, and also when the thread is ended in it. The function must not
/// throw.
template <class F>
class at_scope_end {
public:
  explicit at_scope_end(F f) : f_{std::move(f)} {}

  ~at_scope_end() {
    f_();
  }

  at_scope_end(const at_scope_end&) = delete;
  at_scope_end& operator=(const at_scope_end&) = delete;

private:
  F f_;
};

} // namespace foreman
