#pragma once

#include <foreman/export.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace foreman {

/// How often something took how long: a snapshot.
struct FOREMAN_EXPORT durations {
  /// The upper bounds of the buckets; the last one has none.
  static constexpr std::array<std::chrono::microseconds, 10> bounds{
    std::chrono::microseconds{10},
    std::chrono::microseconds{30},
    std::chrono::microseconds{100},
    std::chrono::microseconds{300},
    std::chrono::microseconds{1'000},
    std::chrono::microseconds{3'000},
    std::chrono::microseconds{10'000},
    std::chrono::microseconds{100'000},
    std::chrono::microseconds{1'000'000},
    std::chrono::microseconds{10'000'000}};

  /// How many took at most the bound of that number, and more than the one
  /// before.
  std::array<std::uint64_t, bounds.size() + 1> buckets{};
  /// What all took together.
  std::chrono::nanoseconds sum{};

  /// How many there were.
  std::uint64_t count() const noexcept {
    std::uint64_t result = 0;
    for (const auto x : buckets)
      result += x;
    return result;
  }

  /// Adds what others counted.
  durations& operator+=(const durations& other) noexcept {
    for (std::size_t i = 0; i < buckets.size(); ++i)
      buckets[i] += other.buckets[i];
    sum += other.sum;
    return *this;
  }

  /// Whether all numbers are the same.
  friend bool operator==(const durations&, const durations&) = default;
};

/// @cond

/// A number that one thread counts up and any thread reads.
class FOREMAN_EXPORT single_writer_counter {
public:
  void add(std::uint64_t x = 1) noexcept {
    // No other thread writes, so this needs no locked instruction.
    value_.store(value_.load(std::memory_order_relaxed) + x,
                 std::memory_order_relaxed);
  }

  std::uint64_t get() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::uint64_t> value_{0};
};

/// Counts durations by size. One thread adds, any thread reads.
class FOREMAN_EXPORT duration_histogram {
public:
  void add(std::chrono::nanoseconds took) noexcept {
    std::size_t at = 0;
    while (at < durations::bounds.size() && took > durations::bounds[at])
      ++at;
    buckets_[at].add();
    sum_.add(static_cast<std::uint64_t>(took.count()));
  }

  durations snapshot() const noexcept {
    durations result;
    for (std::size_t i = 0; i < buckets_.size(); ++i)
      result.buckets[i] = buckets_[i].get();
    result.sum = std::chrono::nanoseconds{sum_.get()};
    return result;
  }

private:
  std::array<single_writer_counter, durations::bounds.size() + 1> buckets_;
  single_writer_counter sum_;
};

/// @endcond

} // namespace foreman
