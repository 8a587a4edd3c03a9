#pragma once

#include <foreman/clock.hpp>
#include <foreman/export.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace foreman {

/// How many log lines of one kind may be written: a bucket of `burst` lines
/// that a line is put back into each `refill`. A plain value; not thread-safe.
class FOREMAN_EXPORT log_allowance {
public:
  /// Default: twenty lines at once, and one a second after them.
  explicit log_allowance(std::uint64_t burst = 20,
                         clock::duration refill
                         = std::chrono::seconds{1}) noexcept
    : burst_{burst}, refill_{refill}, left_{burst} {}

  /// Whether a line may be written now: how many were left out before it, or
  /// none if it must be left out as well.
  std::optional<std::uint64_t> take(clock::time_point now) noexcept {
    if (left_ == burst_)
      since_ = now; // nothing was to be refilled
    const auto came = static_cast<std::uint64_t>((now - since_) / refill_);
    if (came >= burst_ - left_)
      left_ = burst_;
    else
      left_ += came;
    since_ = left_ == burst_ ? now : since_ + refill_ * static_cast<int>(came);
    if (left_ == 0) {
      ++left_out_;
      return std::nullopt;
    }
    --left_;
    return take_left_out();
  }

  /// How many were left out since the last line.
  std::uint64_t take_left_out() noexcept {
    return std::exchange(left_out_, 0);
  }

private:
  std::uint64_t burst_;
  clock::duration refill_;
  std::uint64_t left_;
  clock::time_point since_;
  std::uint64_t left_out_ = 0;
};

} // namespace foreman
