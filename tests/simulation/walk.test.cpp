#include "steps.hpp"
#include "world.hpp"

#include <support/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

using namespace foreman::test;

namespace {

constexpr std::size_t length = 400;

struct result {
  // Which guarantee was broken, and how; empty if none was.
  std::string failure;
  std::vector<std::string> history;
};

result walk(std::uint64_t seed, const steps& which, census& met) {
  result got;
  std::weak_ptr<void> trace;
  {
    world walked{seed, met};
    trace = walked.trace();
    try {
      walked.walk(which);
    } catch (const violation& e) {
      got.failure = e.what();
    }
    got.history = walked.history();
  }
  if (got.failure.empty() && !trace.expired())
    got.failure = "G9: something of the system is left when it is gone";
  return got;
}

// The shortest walk that breaks the same guarantee, and how to take it.
std::string explain(std::uint64_t seed, const steps& which,
                    const std::string& failure) {
  const auto guarantee = failure.substr(0, failure.find(':'));
  census ignored;
  const auto least = shortest(which, [&](const steps& x) {
    return walk(seed, x, ignored).failure.starts_with(guarantee + ":");
  });
  const auto got = walk(seed, least, ignored);
  auto text
    = "seed " + std::to_string(seed) + ": " + got.failure + "\nwhat happened:";
  for (const auto& line : got.history)
    text += "\n  " + line;
  return text + "\nreplay: tests/simulation/run --seed=" + std::to_string(seed)
    + " --steps=" + (least.empty() ? "0" : to_text(least));
}

const char* chosen(const char* variable) {
  return std::getenv(variable);
}

std::uint64_t number(const char* variable, std::uint64_t otherwise) {
  const auto* text = chosen(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

} // namespace

// See tests/simulation/run for what the variables mean.
TEST_CASE("the actors keep the guarantees in whatever order they run",
          "[simulation][G1][G2][G3][G4][G5][G6][G7][G9][G10]") {
  const auto first = number("FOREMAN_SEED", 1);
  const auto* seconds = chosen("FOREMAN_SECONDS");
  const auto last = seconds != nullptr
    ? std::numeric_limits<std::uint64_t>::max()
    : first + number("FOREMAN_WALKS", 10'000) - 1;
  const auto until = std::chrono::steady_clock::now()
    + std::chrono::seconds{number("FOREMAN_SECONDS", 86'400)};
  const auto* given = chosen("FOREMAN_STEPS");
  const auto which = given != nullptr ? steps_from(given) : all_steps(length);

  census met;
  auto seed = first;
  for (; seed <= last && std::chrono::steady_clock::now() < until; ++seed)
    if (const auto got = walk(seed, which, met); !got.failure.empty())
      FAIL(explain(seed, which, got.failure));
  if (chosen("FOREMAN_CENSUS") != nullptr) {
    std::cout << seed - first << " walks, seeds " << first << " to " << seed - 1
              << "\n";
    met.print(std::cout);
  }
  if (first == 1 && given == nullptr && seed > 10'000) {
    CHECK(met.missing("job").empty());
    CHECK(met.missing("verdict").empty());
  }
}
