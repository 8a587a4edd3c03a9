#pragma once

#include <foreman/clock.hpp>
#include <foreman/endpoint_waiter.hpp>
#include <foreman/export.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace foreman {

/// For what somebody waits at an endpoint.
enum class wait_kind : std::uint8_t {
  /// Until a connection may be had, in turn.
  in_line,
  /// The same, and to be told if the opens under way fail.
  for_news,
  /// Until its time has come, and nothing else.
  asleep,
};

/// Those who wait at an endpoint, in the order in which they came, and by the
/// time at which they want to be tried again. A plain value. Not thread-safe.
/// With n of them no operation takes more than O(log n) for each that it moves,
/// and only `join` takes memory: a server that dies has all projects wait here,
/// and they must neither stand in each other's way nor get lost.
class FOREMAN_EXPORT waiting_line {
public:
  using place = endpoint_waiter::place;
  using time_point = clock::time_point;

  struct waiter {
    endpoint_waiter_ptr who;
    time_point until;
  };

  /// Some that have left the line, first come first.
  using group = std::map<place, waiter>;

  /// `who` waits, at the end of the line. If there is no memory, nothing has
  /// changed.
  place join(endpoint_waiter_ptr who, time_point until, wait_kind how);

  /// Moves `which` to `to`, if it waits.
  void leave(place which, group& to) noexcept;

  /// Moves those whose time has come, at most so many. Returns how many.
  std::size_t take_due(time_point now, std::size_t most, group& to) noexcept;

  /// Moves those who want to be told of a failure.
  std::size_t take_for_news(std::size_t most, group& to) noexcept;

  /// Moves those who have waited longest and do not sleep.
  std::size_t take_first(std::size_t most, group& to) noexcept;

  /// The next time at which somebody is due; none if nobody waits.
  std::optional<time_point> next_due() const noexcept;

  std::size_t size() const noexcept {
    return by_time_.size();
  }

private:
  group& of(wait_kind how) noexcept {
    return waiting_.at(static_cast<std::size_t>(how));
  }

  void move(group& from, group::iterator which, group& to) noexcept;

  std::array<group, 3> waiting_; // by kind
  std::set<std::pair<time_point, place>> by_time_;
  place last_ = 0;
};

} // namespace foreman
