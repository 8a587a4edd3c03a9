#pragma once

#include <unistd.h>

#include <utility>

namespace supervisor {

/// Owns a file descriptor.
class descriptor {
public:
  descriptor() = default;

  explicit descriptor(int number) noexcept : number_{number} {}

  descriptor(descriptor&& other) noexcept
    : number_{std::exchange(other.number_, -1)} {}

  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  ~descriptor() {
    close();
  }

  void close() noexcept {
    if (number_ >= 0)
      ::close(std::exchange(number_, -1));
  }

  /// -1 if there is none.
  int number() const noexcept {
    return number_;
  }

private:
  int number_ = -1;
};

} // namespace supervisor
