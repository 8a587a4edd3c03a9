#include <foreman/seeded_hash.hpp>

#include <bit>
#include <cstddef>
#include <cstring>
#include <random>

namespace foreman {

namespace {

struct state {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  void round() noexcept {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void take(std::uint64_t word) noexcept {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

// At most eight bytes, the first one lowest. The value never leaves the
// process, so the order of bytes of the machine will do for whole words.
std::uint64_t word_at(const char* from, std::size_t size) noexcept {
  std::uint64_t result = 0;
  std::memcpy(&result, from, size);
  return result;
}

std::uint64_t draw() {
  std::random_device source;
  return std::uint64_t{source()} << 32U | source();
}

} // namespace

const hash_seed& hash_seed::of_process() {
  static const hash_seed result{draw(), draw()};
  return result;
}

std::uint64_t seeded_hash(std::string_view text,
                          const hash_seed& seed) noexcept {
  constexpr std::size_t whole = sizeof(std::uint64_t);
  // The constants spell "somepseudorandomlygeneratedbytes".
  state s{seed.first ^ 0x736f6d6570736575U, seed.second ^ 0x646f72616e646f6dU,
          seed.first ^ 0x6c7967656e657261U, seed.second ^ 0x7465646279746573U};
  const auto length = std::uint64_t{text.size()} << 56U;
  for (; text.size() >= whole; text.remove_prefix(whole))
    s.take(word_at(text.data(), whole));
  s.take(length | word_at(text.data(), text.size()));
  s.v2 ^= 0xFF;
  for (int i = 0; i < 3; ++i)
    s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

} // namespace foreman
