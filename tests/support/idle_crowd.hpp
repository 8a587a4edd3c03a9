#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/system.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace foreman::test {

/// Fills `fm` with as many idle projects as it keeps, so that the next ones
/// retire when they become idle. Returns how many jobs that took.
inline std::size_t fill_with_idle_projects(system& fm) {
  std::vector<ticket<void>> jobs;
  for (std::size_t i = 0; i < actors::sizes{}.most_idle; ++i)
    jobs.push_back(*fm.submit("idle " + std::to_string(i), [] {}));
  for (const auto& x : jobs)
    (void) x.wait();
  return jobs.size();
}

} // namespace foreman::test
