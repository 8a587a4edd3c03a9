#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace foreman::test {

/// The numbers of the steps of a walk, ascending.
using steps = std::vector<std::size_t>;

/// 1 to `count`.
steps all_steps(std::size_t count);

/// As in "1-4,9".
std::string to_text(const steps& x);

/// The reverse. Throws `std::invalid_argument`.
steps steps_from(std::string_view text);

/// Leaves out steps as long as `fails` holds for what is left, until no single
/// one can be left out (Zeller and Hildebrandt, "Simplifying and isolating
/// failure-inducing input", 2002).
steps shortest(steps failing, const std::function<bool(const steps&)>& fails);

} // namespace foreman::test
