#include "world.hpp"

#include <support/catch.hpp>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using foreman::test::violation;
using foreman::test::world;

namespace {

constexpr std::size_t steps = 400;

// Empty, or how the walk of `seed` failed and how to walk it again.
std::string failure_of(std::uint64_t seed) {
  std::string text;
  std::vector<std::string> all;
  std::weak_ptr<void> trace;
  {
    world walked{seed};
    trace = walked.trace();
    try {
      walked.walk(steps);
    } catch (const violation& e) {
      text = e.what();
    }
    all = walked.history();
  }
  if (text.empty() && !trace.expired())
    text = "G9: something of the system is left when it is gone";
  if (text.empty())
    return text;
  text += "\nthe last steps were:";
  for (std::size_t i = all.size() > 40 ? all.size() - 40 : 0; i < all.size();
       ++i)
    text += "\n  " + all[i];
  return text + "\nreplay: FOREMAN_SEEDS=" + std::to_string(seed)
    + " foreman_simulation";
}

} // namespace

TEST_CASE("the actors keep the guarantees in whatever order they run",
          "[simulation][G1][G2][G3][G4][G5][G6][G7][G9]") {
  std::uint64_t first = 1;
  std::uint64_t last = 3'000;
  // FOREMAN_SEEDS=7 walks one, FOREMAN_SEEDS=1-100000 many.
  if (const char* chosen = std::getenv("FOREMAN_SEEDS")) {
    char* end = nullptr;
    first = last = std::strtoull(chosen, &end, 10);
    if (*end == '-')
      last = std::strtoull(end + 1, nullptr, 10);
  }
  for (auto seed = first; seed <= last; ++seed)
    if (const auto failure = failure_of(seed); !failure.empty())
      FAIL("seed " << seed << ": " << failure);
  SUCCEED(last - first + 1 << " walks");
}
