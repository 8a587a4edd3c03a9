#pragma once

#include <foreman/export.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace foreman {

/// The identity of a job: its admission number. Numbers start at 1, grow with
/// each admission to a system and are never used again in it; 0 is no job.
struct FOREMAN_EXPORT job_id {
  /// The number.
  std::uint64_t value = 0;

  // clang-tidy 14 takes what a use compares it with for a null pointer.
  /// By number, so in the order of admission.
  friend auto operator<=>(const job_id&, const job_id&) = default; // NOLINT
};

/// Returns the number as text.
inline std::string to_string(job_id id) {
  return std::to_string(id.value);
}

} // namespace foreman

/// Makes `job_id` a key of the standard library's unordered containers.
template <>
struct std::hash<foreman::job_id> {
  /// The hash of the number.
  std::size_t operator()(const foreman::job_id& id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
