#include <foreman/printable.hpp>
#include <foreman/project_key.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace foreman {

namespace {

// How many bytes the character at the beginning of `text` has; 0 if it is no
// UTF-8.
std::size_t length_of_first(std::string_view text) noexcept {
  for (std::size_t n = 1; n <= std::min<std::size_t>(4, text.size()); ++n)
    if (is_utf8(text.substr(0, n)))
      return n;
  return 0;
}

bool is_plain(char x) noexcept {
  return x >= 0x20 && x < 0x7F;
}

void append_escaped(std::string& to, std::string_view c, bool keep_lines) {
  const auto byte = static_cast<std::uint8_t>(c.front());
  if (keep_lines && (byte == '\n' || byte == '\t')) {
    to += c;
    return;
  }
  if (byte == '\n')
    to += "\\n";
  else if (byte == '\r')
    to += "\\r";
  else if (byte == '\t')
    to += "\\t";
  else if (byte < 0x20 || byte == 0x7F)
    fmt::format_to(std::back_inserter(to), "\\x{:02x}", byte);
  else if (c == "\u2028" || c == "\u2029") // line and paragraph separator
    to += c == "\u2028" ? "\\u2028" : "\\u2029";
  else if (c.size() == 2 && byte == 0xC2
           && static_cast<std::uint8_t>(c[1]) < 0xA0) // a control of Latin-1
    fmt::format_to(std::back_inserter(to), "\\u00{:02x}",
                   static_cast<std::uint8_t>(c[1]));
  else
    to += c;
}

std::string escaped(std::string_view text, bool keep_lines) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto plain = std::ranges::find_if_not(text, is_plain);
    const auto n = static_cast<std::size_t>(plain - text.begin());
    result += text.substr(0, n);
    text.remove_prefix(n);
    if (text.empty())
      break;
    const auto length = length_of_first(text);
    if (length == 0)
      fmt::format_to(std::back_inserter(result), "\\x{:02x}",
                     static_cast<std::uint8_t>(text.front()));
    else
      append_escaped(result, text.substr(0, length), keep_lines);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

} // namespace

std::string one_line(std::string_view text) {
  return escaped(text, false);
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes)
    return escaped(text, true);
  auto kept = text.substr(0, max_bytes);
  // Not in the middle of a character, if it is one.
  for (std::size_t back = 1; back < 4 && back < kept.size(); ++back) {
    const auto tail = kept.substr(kept.size() - back);
    if ((static_cast<std::uint8_t>(tail.front()) & 0xC0U) != 0x80) {
      if (!is_utf8(tail))
        kept.remove_suffix(back);
      break;
    }
  }
  return fmt::format("{} ... ({} bytes more)", escaped(kept, true),
                     text.size() - kept.size());
}

std::string_view clause(std::string_view text) noexcept {
  const auto last = text.find_last_not_of(" \t\r\n.");
  const auto kept = last == std::string_view::npos ? std::string_view{}
                                                   : text.substr(0, last + 1);
  // An ellipsis is no full stop.
  return text.substr(kept.size()).starts_with("...")
    ? text.substr(0, kept.size() + 3)
    : kept;
}

} // namespace foreman
