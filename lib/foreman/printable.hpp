#pragma once

#include <foreman/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace foreman {

/// Returns `text` as it may stand in a log line or an error: bytes that are no
/// UTF-8, control characters and Unicode's line breaks are escaped, as in
/// `\n`, `\x00` or `\u2028`, so that it is valid, is one line, and hides
/// nothing. A backslash stays as it is. For all that comes from outside, such
/// as project keys.
FOREMAN_EXPORT std::string one_line(std::string_view text);

/// The same for a text of several lines: line breaks and tabs stay. Of what is
/// longer than `max_bytes` the beginning is kept, and how much is missing said.
FOREMAN_EXPORT std::string printable(std::string_view text,
                                     std::size_t max_bytes);

/// Returns `text` without the full stop, the line breaks and blanks that it
/// ends in, so that more can follow in the same sentence.
FOREMAN_EXPORT std::string_view clause(std::string_view text) noexcept;

} // namespace foreman
