#pragma once

#include <foreman/export.hpp>

#include <chrono>
#include <ratio>
#include <string>

namespace foreman {

/// Returns `x` as a person reads it, in the largest unit that fits and with
/// three digits: `500 ms`, `10 s`, `1.5 h`, `292 years`. The one place where
/// texts of foreman get their times from. A day has 24 hours here and a year
/// 365 days. Takes any duration; none is too long.
FOREMAN_EXPORT std::string in_words(std::chrono::duration<double, std::nano> x);

} // namespace foreman
