#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace foreman::fuzz {

/// Takes values from an input, one after another; zeros when it has ended.
class bytes {
public:
  bytes(const std::uint8_t* data, std::size_t size) noexcept
    : rest_{reinterpret_cast<const char*>(data), size} {}

  /// Any value that fits: NaN and infinity, too.
  template <class T>
  T number() noexcept {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>);
    const auto raw = take(sizeof(T));
    T result{};
    std::memcpy(&result, raw.data(), raw.size());
    return result;
  }

  bool flag() noexcept {
    return (number<std::uint8_t>() & 1U) != 0;
  }

  /// Any value of its underlying type, so values that have no name as well.
  template <class Enum>
  Enum any() noexcept {
    return static_cast<Enum>(number<std::underlying_type_t<Enum>>());
  }

  /// At most 255 bytes, as many as the next byte says.
  std::string text() {
    return std::string{take(number<std::uint8_t>())};
  }

  std::string_view rest() noexcept {
    return take(rest_.size());
  }

  bool empty() const noexcept {
    return rest_.empty();
  }

private:
  std::string_view take(std::size_t length) noexcept {
    const auto result = rest_.substr(0, length);
    rest_.remove_prefix(result.size());
    return result;
  }

  std::string_view rest_;
};

} // namespace foreman::fuzz
