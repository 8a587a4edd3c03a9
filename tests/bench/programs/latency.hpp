#pragma once

#include "bench.hpp"

#include <algorithm>

namespace bench {

/// Prints the median and the 99th percentile of `samples`, in microseconds.
inline void percentiles(std::vector<double> samples) {
  expect(!samples.empty(), "nothing was measured");
  std::sort(samples.begin(), samples.end());
  figure("p50", samples[samples.size() / 2], "us");
  figure("p99", samples[samples.size() * 99 / 100], "us");
}

inline double microseconds(clock::duration x) {
  return std::chrono::duration<double, std::micro>(x).count();
}

} // namespace bench
