#include <foreman/project_key.hpp>

#include <fmt/format.h>

#include <cstdint>

namespace foreman {

namespace {

struct sequence {
  std::size_t length; // 0: not a lead byte
  std::uint8_t low;   // the range of the second byte
  std::uint8_t high;
};

// Table 3-7 of The Unicode Standard: only the second byte's range depends on
// the first byte.
sequence sequence_of(std::uint8_t lead) noexcept {
  if (lead < 0x80)
    return {1, 0, 0};
  if (lead >= 0xC2 && lead <= 0xDF)
    return {2, 0x80, 0xBF};
  if (lead == 0xE0)
    return {3, 0xA0, 0xBF};
  if (lead == 0xED)
    return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF)
    return {3, 0x80, 0xBF};
  if (lead == 0xF0)
    return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3)
    return {4, 0x80, 0xBF};
  if (lead == 0xF4)
    return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// The offset of the first byte that is not UTF-8, or npos.
std::size_t first_bad_byte(std::string_view text) noexcept {
  const auto byte
    = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  std::size_t i = 0;
  while (i < text.size()) {
    const auto seq = sequence_of(byte(i));
    if (seq.length == 0 || text.size() - i < seq.length)
      return i;
    if (seq.length > 1 && (byte(i + 1) < seq.low || byte(i + 1) > seq.high))
      return i;
    for (std::size_t k = 2; k < seq.length; ++k)
      if (byte(i + k) < 0x80 || byte(i + k) > 0xBF)
        return i;
    i += seq.length;
  }
  return std::string_view::npos;
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
  return first_bad_byte(text) == std::string_view::npos;
}

expected<void> check_project(std::string_view key) {
  if (key.empty())
    return error{errc::invalid_project,
                 fmt::format("the project key is empty; allowed are 1 to {} "
                             "bytes of UTF-8",
                             max_project_bytes)};
  if (key.size() > max_project_bytes)
    return error{errc::invalid_project,
                 fmt::format("the project key has {} bytes; allowed are 1 to "
                             "{} bytes of UTF-8",
                             key.size(), max_project_bytes)};
  if (const auto at = first_bad_byte(key); at != std::string_view::npos)
    return error{
      errc::invalid_project,
      fmt::format("the project key is not UTF-8: byte {} is 0x{:02x}", at,
                  static_cast<std::uint8_t>(key[at]))};
  return {};
}

} // namespace foreman
