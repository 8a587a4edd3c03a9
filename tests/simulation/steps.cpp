#include "steps.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <stdexcept>

namespace foreman::test {

steps all_steps(std::size_t count) {
  steps result(count);
  std::iota(result.begin(), result.end(), std::size_t{1});
  return result;
}

std::string to_text(const steps& x) {
  std::string result;
  for (std::size_t i = 0; i < x.size();) {
    auto last = i;
    while (last + 1 < x.size() && x[last + 1] == x[last] + 1)
      ++last;
    result += (result.empty() ? "" : ",") + std::to_string(x[i]);
    if (last != i)
      result += "-" + std::to_string(x[last]);
    i = last + 1;
  }
  return result;
}

steps steps_from(std::string_view text) {
  const auto* at = text.data();
  const auto* const end = at + text.size();
  const auto number = [&] {
    std::size_t value = 0;
    const auto read = std::from_chars(at, end, value);
    if (read.ec != std::errc{})
      throw std::invalid_argument{"steps are given as in 1-4,9"};
    at = read.ptr;
    return value;
  };
  const auto follows = [&](char wanted) {
    return at != end && *at == wanted && ++at != nullptr;
  };
  steps result;
  do {
    const auto first = number();
    const auto last = follows('-') ? number() : first;
    for (auto i = first; i <= last; ++i)
      result.push_back(i);
  } while (follows(','));
  if (at != end)
    throw std::invalid_argument{"steps are given as in 1-4,9"};
  return result;
}

steps shortest(steps failing, const std::function<bool(const steps&)>& fails) {
  auto part = std::max<std::size_t>(failing.size() / 2, 1);
  for (;;) {
    bool shorter = false;
    for (std::size_t at = 0; at < failing.size();) {
      const auto first = failing.begin() + static_cast<std::ptrdiff_t>(at);
      const auto last = first
        + static_cast<std::ptrdiff_t>(std::min(part, failing.size() - at));
      steps rest{failing.begin(), first};
      rest.insert(rest.end(), last, failing.end());
      if (fails(rest)) {
        failing = std::move(rest);
        shorter = true;
      } else {
        at += part;
      }
    }
    if (part == 1 && !shorter)
      return failing;
    part = std::max<std::size_t>(part / 2, 1);
  }
}

} // namespace foreman::test
