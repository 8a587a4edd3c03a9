#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace soak {

/// What a process uses at one moment.
struct usage {
  std::size_t resident = 0; // bytes
  std::size_t heap = 0;     // bytes in use, all arenas
  std::size_t threads = 0;

  static usage now();
};

/// Memory over time, by tenths.
class memory_curve {
public:
  void add(const usage& x) {
    samples_.push_back(x);
  }

  /// A line for each tenth: minimum, median and maximum, and a bar as long as
  /// the median.
  std::string chart() const;

  /// What grew between the second tenth and the last by more than is allowed;
  /// empty if nothing did. The first tenth does not count: caches fill.
  std::string growth() const;

private:
  struct spread {
    double min = 0;
    double median = 0;
    double max = 0;
  };

  // In MiB.
  spread of_tenth(std::size_t tenth, std::size_t usage::*what) const;

  std::vector<usage> samples_;
};

} // namespace soak
