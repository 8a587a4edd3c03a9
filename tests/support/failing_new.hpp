#pragma once

#include <cstddef>

namespace foreman::test {

/// Makes one allocation of this thread fail: the one after `granted` others.
/// A program that uses it gets
/// another `operator new`, see failing_new.cpp.
class failing_new {
public:
  explicit failing_new(std::size_t granted) noexcept;
  ~failing_new();
  failing_new(const failing_new&) = delete;
  failing_new& operator=(const failing_new&) = delete;

  /// Whether it has failed.
  bool happened() const noexcept;
};

/// Counts the allocations of this thread while it lives.
class counted_new {
public:
  counted_new() noexcept;

  std::size_t so_far() const noexcept;

private:
  std::size_t before_;
};

} // namespace foreman::test
