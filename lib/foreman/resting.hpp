#pragma once

#include <foreman/clock.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace foreman {

/// Who rests, and who of them is to do something else. One that has rested for
/// long is, which is looked for in turn, one at each `pop`. Else, of more than
/// half of what there is room for, the one that came last: projects that come
/// once, in a crowd, come last, and those that come again and again stay. `Who`
/// is a pointer to something with `rests_since`. A plain value; not
/// thread-safe.
template <class Who>
class resting {
public:
  /// Rested for so long, it is not expected back.
  static constexpr clock::duration long_time = std::chrono::minutes{1};

  explicit resting(std::size_t most) : most_{most} {}

  /// Returns whether there was room.
  bool push(Who x) {
    if (all_.size() >= most_)
      return false;
    all_.push_back(std::move(x));
    return true;
  }

  /// Null if all are to stay.
  Who pop(clock::time_point now) {
    if (all_.empty())
      return {};
    hand_ = hand_ < all_.size() ? hand_ : 0;
    auto chosen = all_.begin() + static_cast<std::ptrdiff_t>(hand_);
    if (now - (*chosen)->rests_since.load() < long_time) {
      ++hand_;
      if (all_.size() <= most_ / 2)
        return {};
      chosen = all_.end() - 1;
    }
    auto result = std::move(*chosen);
    all_.erase(chosen);
    return result;
  }

  void erase(const Who& x) {
    std::erase(all_, x);
  }

  void clear() {
    all_.clear();
  }

private:
  std::size_t most_;
  std::vector<Who> all_; // in the order in which they came
  std::size_t hand_ = 0;
};

} // namespace foreman
