#include "steps.hpp"

#include <support/catch.hpp>

#include <algorithm>
#include <stdexcept>

using namespace foreman::test;

TEST_CASE("steps are written as they are read", "[simulation]") {
  for (const auto* text : {"7", "1-4", "1-4,9", "1,3,5-6"})
    CHECK(to_text(steps_from(text)) == text);
  CHECK(steps_from("2-4,9") == steps{2, 3, 4, 9});
  for (const auto* text : {"", "x", "1-", "1,", "1;2", "-1"})
    CHECK_THROWS_AS(steps_from(text), std::invalid_argument);
}

TEST_CASE("what is left of a failing walk is what it needs to fail",
          "[simulation]") {
  const auto holds = [](const steps& x, std::size_t what) {
    return std::find(x.begin(), x.end(), what) != x.end();
  };
  const auto needs_three = [&](const steps& x) {
    return holds(x, 3) && holds(x, 170) && holds(x, 400);
  };
  CHECK(shortest(all_steps(400), needs_three) == steps{3, 170, 400});
  CHECK(shortest(all_steps(5), [](const steps&) { return true; }).empty());
}
