#pragma once

#include <foreman/brief_mutex.hpp>
#include <foreman/entry.hpp>
#include <foreman/export.hpp>

#include <mutex>

namespace foreman {

/// Entries that nobody looks after yet, in the order in which they came, and
/// whether somebody was told of them. A list through the entries, so that it
/// needs no memory and cannot fail. An entry that is here already stays where
/// it is.
/// Thread-safe: the registry takes from it, its successor, and whoever shuts
/// the way in, all at the same time.
class FOREMAN_EXPORT unattended {
public:
  unattended() = default;
  ~unattended();
  unattended(const unattended&) = delete;
  unattended& operator=(const unattended&) = delete;

  /// Returns whether somebody must be told that there are entries: once for all
  /// that come until a `pop` finds none.
  [[nodiscard]] bool push(entry_ptr x) noexcept;

  /// The one that has waited longest; null if there is none.
  entry_ptr pop() noexcept;

private:
  brief_mutex mutex_;
  entry* first_ = nullptr; // owned, as the next of each
  entry* last_ = nullptr;
  bool told_ = false;
};

} // namespace foreman
