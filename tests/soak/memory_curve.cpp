#include "memory_curve.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace soak {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

// How much more the last tenth may have than the second one, by medians: a part
// of it, and what a system in another phase of its life may have more.
constexpr double tolerated_part = 0.25;
constexpr double tolerated_heap = 8;      // MiB
constexpr double tolerated_resident = 24; // MiB

constexpr std::size_t tenths = 10;

} // namespace

usage usage::now() {
  usage result;
  std::ifstream statm{"/proc/self/statm"};
  std::size_t total = 0;
  statm >> total >> result.resident;
  result.resident *= static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto heap = mallinfo2();
  result.heap = heap.uordblks + heap.hblkhd;
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;)
    if (word == "Threads:")
      status >> result.threads;
  return result;
}

memory_curve::spread memory_curve::of_tenth(std::size_t tenth,
                                            std::size_t usage::*what) const {
  std::vector<double> values;
  for (auto i = samples_.size() * tenth / tenths;
       i < samples_.size() * (tenth + 1) / tenths; ++i)
    values.push_back(static_cast<double>(samples_[i].*what) / mebibyte);
  if (values.empty())
    return {};
  std::sort(values.begin(), values.end());
  return {values.front(), values[values.size() / 2], values.back()};
}

std::string memory_curve::chart() const {
  double largest = 1;
  for (std::size_t i = 0; i < tenths; ++i)
    largest = std::max(largest, of_tenth(i, &usage::resident).median);
  std::string result
    = "tenth  heap in use, MiB         resident, MiB           "
      "median: # heap, - resident\n"
      "         min  median     max     min  median     max\n";
  const auto length
    = [&](double x) { return static_cast<std::size_t>(x / largest * 40); };
  for (std::size_t i = 0; i < tenths; ++i) {
    const auto heap = of_tenth(i, &usage::heap);
    const auto resident = of_tenth(i, &usage::resident);
    const auto full = std::min(length(heap.median), length(resident.median));
    fmt::format_to(std::back_inserter(result),
                   "{:5}{:7.1f}{:8.1f}{:8.1f}{:8.1f}{:8.1f}{:8.1f}  {}{}\n",
                   i + 1, heap.min, heap.median, heap.max, resident.min,
                   resident.median, resident.max, std::string(full, '#'),
                   std::string(length(resident.median) - full, '-'));
  }
  return result;
}

std::string memory_curve::growth() const {
  std::string result;
  const auto compare = [&](std::string_view name, std::size_t usage::*what,
                           double tolerated) {
    const auto second = of_tenth(1, what).median;
    const auto last = of_tenth(tenths - 1, what).median;
    const auto bound = second * (1 + tolerated_part) + tolerated;
    if (last > bound)
      fmt::format_to(std::back_inserter(result),
                     "{} grew from {:.1f} MiB in the second tenth to {:.1f} "
                     "MiB in the last; tolerated are {:.1f} MiB\n",
                     name, second, last, bound);
  };
  compare("heap in use", &usage::heap, tolerated_heap);
  compare("resident memory", &usage::resident, tolerated_resident);
  return result;
}

} // namespace soak
