#include <foreman/parking_lot.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

namespace foreman {

namespace {

constexpr std::size_t spots = 256;

using spot_array = std::array<parking_spot, spots>;

spot_array& lot() noexcept {
  // Never destroyed: a thread that a drain left behind may still come here
  // while the program ends.
  alignas(spot_array) static std::array<std::byte, sizeof(spot_array)> memory;
  static auto& result = *new (&memory) spot_array;
  return result;
}

} // namespace

parking_spot& spot_of(const void* address) noexcept {
  const auto bits = reinterpret_cast<std::uintptr_t>(address); // NOLINT
  // Fibonacci hashing; the low bits of an address say little.
  const auto mixed = (bits >> 4U) * std::uintptr_t{0x9E3779B97F4A7C15};
  return lot()[mixed >> 56U];
}

void renew_parking_lot() noexcept {
  // Not destroyed first: a mutex may be locked by a thread that is not there.
  new (&lot()) spot_array;
}

} // namespace foreman
