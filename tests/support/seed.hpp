#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace foreman::test {

/// A seed for tests on real threads, a new one each time: FOREMAN_SEED chooses
/// it. Threads still go their own ways, so it brings back the choices of a run,
/// not the run.
inline std::uint32_t new_seed() {
  const char* chosen = std::getenv("FOREMAN_SEED");
  return chosen != nullptr
    ? static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10))
    : std::random_device{}();
}

/// What a failing test says of it.
inline std::string note_of(std::uint32_t seed) {
  return "FOREMAN_SEED=" + std::to_string(seed);
}

} // namespace foreman::test
