#pragma once

#include <foreman/entry.hpp>
#include <foreman/export.hpp>

#include <atomic>

namespace foreman {

/// Entries that nobody looks after yet, in the order in which they came: a
/// stack without a lock that any thread pushes to (R. K. Treiber, 1986) and
/// that one consumer at a time turns round. Needs no memory, so that it cannot
/// fail. An entry comes here once in its life.
class FOREMAN_EXPORT unattended {
public:
  unattended() = default;
  ~unattended();
  unattended(const unattended&) = delete;
  unattended& operator=(const unattended&) = delete;

  /// Any thread.
  void push(entry_ptr x) noexcept;

  /// The one that has waited longest; null if there is none. One thread at a
  /// time.
  entry_ptr pop() noexcept;

private:
  std::atomic<entry*> pushed_{nullptr}; // last come, first
  entry* turned_ = nullptr;             // first come, first
};

} // namespace foreman
