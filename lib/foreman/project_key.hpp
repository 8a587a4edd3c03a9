#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace foreman {

/// The longest project key, in bytes.
inline constexpr std::size_t max_project_bytes = 256;

/// Checks a project key: a non-empty UTF-8 string of at most
/// `max_project_bytes` bytes. Returns `errc::invalid_project` with the reason
/// and the allowed range otherwise. Keys are compared byte by byte; foreman
/// neither normalises nor trims them.
FOREMAN_EXPORT expected<void> check_project(std::string_view key);

/// Whether `text` is well-formed UTF-8: no overlong form, no surrogate, nothing
/// above U+10FFFF (The Unicode Standard, table 3-7).
bool is_utf8(std::string_view text) noexcept;

} // namespace foreman
