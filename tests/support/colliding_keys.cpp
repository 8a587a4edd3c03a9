#include <foreman/project_key.hpp>

#include <support/colliding_keys.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace foreman::test {

namespace {

// MurmurHash64A, which libstdc++ uses with a fixed seed, mixes one word of the
// text after the other into its state. Each step can be undone, so for any
// first word there is a second one that leads to the state of our choice.
constexpr std::uint64_t multiplier = 0xc6a4a7935bd1e995U;

// Newton's iteration doubles the bits that are right.
constexpr std::uint64_t inverse() {
  std::uint64_t x = multiplier;
  for (int i = 0; i < 6; ++i)
    x *= 2 - multiplier * x;
  return x;
}

constexpr std::uint64_t mixed(std::uint64_t word) {
  word *= multiplier;
  return (word ^ (word >> 47U)) * multiplier;
}

constexpr std::uint64_t unmixed(std::uint64_t word) {
  word *= inverse();
  return (word ^ (word >> 47U)) * inverse();
}

static_assert(unmixed(mixed(0x1234'5678'9abc'def0U)) == 0x1234'5678'9abc'def0U);

std::string text_of(std::uint64_t first, std::uint64_t second) {
  std::string result(16, '\0');
  std::memcpy(result.data(), &first, 8);
  std::memcpy(result.data() + 8, &second, 8);
  return result;
}

} // namespace

std::vector<std::string> colliding_keys(std::size_t how_many) {
  constexpr std::uint64_t seed = 0xc70f6907U;
  constexpr std::uint64_t start = seed ^ (16 * multiplier);
  constexpr std::uint64_t target = 42;
  std::vector<std::string> result;
  for (std::uint64_t i = 0; result.size() < how_many; ++i) {
    std::uint64_t first = 0; // half a byte of `i` a letter
    for (int k = 0; k < 8; ++k)
      first |= ('a' + ((i >> (4U * static_cast<unsigned>(k))) & 15U))
        << (8U * static_cast<unsigned>(k));
    const auto state = (start ^ mixed(first)) * multiplier;
    const auto second = unmixed((target * inverse()) ^ state);
    auto key = text_of(first, second);
    if (is_utf8(std::string_view{key}.substr(8)))
      result.push_back(std::move(key));
  }
  return result;
}

} // namespace foreman::test
