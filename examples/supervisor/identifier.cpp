#include "identifier.hpp"

#include <algorithm>
#include <set>

namespace supervisor {

namespace {

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

} // namespace

bool is_identifier(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 63 && !is_digit(name.front())
    && std::all_of(name.begin(), name.end(), [](char c) {
         return is_letter(c) || is_digit(c) || c == '_';
       });
}

std::string repeated_identifier(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const auto& name : names) {
    auto folded = name;
    for (auto& c : folded)
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c - 'A' + 'a');
    if (!seen.insert(folded).second)
      return name;
  }
  return {};
}

} // namespace supervisor
