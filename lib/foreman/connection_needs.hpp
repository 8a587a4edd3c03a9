#pragma once

#include <foreman/export.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace foreman {

/// The connections that a job needs, by name. It gets exactly these, checked.
/// What is written as a list is that list, also if it is empty: no connection.
/// So there is no default constructor, which `{}` would mean; `every()` is what
/// a job gets that says nothing.
class FOREMAN_EXPORT connection_needs {
public:
  /// These. An empty list is no connection, as `none()`.
  connection_needs(std::initializer_list<std::string_view> names)
    : connection_needs{std::vector<std::string>(names.begin(), names.end())} {}

  /// These, as above.
  explicit connection_needs(std::vector<std::string> names)
    : names_{std::move(names)} {}

  /// All of its worker's: the default of `job_options`.
  static constexpr connection_needs every() noexcept {
    return connection_needs(true);
  }

  /// No connection: the job does not wait for any.
  static constexpr connection_needs none() noexcept {
    return connection_needs(false);
  }

  /// Whether the job needs all of its worker's.
  bool all() const noexcept {
    return all_;
  }

  /// The names, if it does not need all.
  const std::vector<std::string>& names() const noexcept {
    return names_;
  }

private:
  constexpr explicit connection_needs(bool all) noexcept : all_{all} {}

  std::vector<std::string> names_;
  bool all_ = false;
};

/// @cond

/// Connections of a system by number: those of a bit that is set.
using connection_mask = std::uint32_t;

inline constexpr connection_mask all_connections = ~connection_mask{};

/// A system has no more connections than a mask has bits.
inline constexpr std::size_t max_connections = 32;

/// @endcond

} // namespace foreman
