#include <foreman/duration_text.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace foreman {

namespace {

struct unit {
  std::string_view one;
  std::string_view many;
  double length; // in nanoseconds
};

constexpr std::array<unit, 8> units{{{"ns", "ns", 1},
                                     {"us", "us", 1e3},
                                     {"ms", "ms", 1e6},
                                     {"s", "s", 1e9},
                                     {"min", "min", 60e9},
                                     {"h", "h", 3600e9},
                                     {"day", "days", 86'400e9},
                                     {"year", "years", 365 * 86'400e9}}};

// Three digits, for numbers from 1 to 999; larger ones keep all of theirs.
double rounded(double x) {
  const double scale = x < 10 ? 100 : x < 100 ? 10 : 1;
  return std::round(x * scale) / scale;
}

} // namespace

std::string in_words(std::chrono::duration<double, std::nano> x) {
  if (x.count() == 0)
    return "0 s";
  const auto size = std::abs(x.count());
  std::size_t at = units.size() - 1;
  // 59.99 s are 1 min and not 60.0 s: rounded before the unit is chosen.
  while (at > 0
         && rounded(size / units[at - 1].length) * units[at - 1].length
           < units[at].length)
    --at;
  const auto number = rounded(size / units[at].length);
  return fmt::format("{}{} {}", x.count() < 0 ? "-" : "", number,
                     number == 1 ? units[at].one : units[at].many);
}

} // namespace foreman
