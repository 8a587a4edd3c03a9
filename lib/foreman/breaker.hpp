#pragma once

#include <foreman/check_options.hpp>
#include <foreman/clock.hpp>
#include <foreman/export.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace foreman {

/// What a breaker lets through.
enum class breaker_state : std::uint8_t {
  /// Opens begin, a few at a time.
  closed,
  /// None does: too many in a row have failed, not long ago.
  open,
  /// One does, to find out.
  half_open,
};

/// Returns the name of `state` as written in the source.
FOREMAN_EXPORT std::string_view to_string(breaker_state state) noexcept;

/// @cond

/// How long to wait after so many failures in a row: a random time that
/// doubles with each of them ("Exponential Backoff And Jitter", Brooker, 2015:
/// full jitter); from `break_after` on never less than `min_break`. `draw` is
/// random in [0, 1).
FOREMAN_EXPORT clock::duration backoff(const check_options& options,
                                       std::size_t failures,
                                       double draw) noexcept;

/// Decides whether a connection to an endpoint may be opened now: a few at a
/// time; after a failure later, see `backoff`; after several in a row none for
/// a while, and then one that probes (the circuit breaker of "Release It!",
/// Nygard, 2007). A plain value, told the time. Not thread-safe.
class FOREMAN_EXPORT breaker {
public:
  using time_point = clock::time_point;

  enum class permit : std::uint8_t {
    /// Open it, and say how that ended.
    granted,
    /// Others are being opened; soon.
    busy,
    /// The endpoint has failed: not before `retry_at`.
    refused,
  };

  explicit breaker(const check_options& options) noexcept : options_{options} {}

  /// An open wants to begin.
  permit ask(time_point now) noexcept;

  /// How many opens may begin now.
  std::size_t may_begin(time_point now) const noexcept;

  void succeeded() noexcept;

  /// An open that began says nothing of the endpoint.
  void abandoned() noexcept {
    --opening_;
  }

  /// `draw` is random in [0, 1).
  void failed(time_point now, double draw) noexcept;

  breaker_state state(time_point now) const noexcept;

  /// Before this, none may begin.
  time_point retry_at() const noexcept {
    return retry_at_;
  }

  /// How many in a row have failed.
  std::size_t failures() const noexcept {
    return failures_;
  }

private:
  bool is_tripped() const noexcept {
    return failures_ >= options_.break_after;
  }

  check_options options_;
  std::size_t opening_ = 0;
  std::size_t failures_ = 0;
  time_point retry_at_ = time_point::min();
};

/// @endcond

} // namespace foreman
