#pragma once

#include <string>
#include <string_view>

namespace supervisor {

/// Opens those of the three standard streams that are closed, so that nothing
/// else gets their numbers: a message would be written into a database. Their
/// use fails as before. Call it first.
void fill_closed_streams() noexcept;

/// Writes to standard output, at once. A full disk, or a pipe that nobody
/// reads, is a `std::system_error`.
void print(const std::string& text);

/// Writes a line to standard error, without control characters. If that cannot
/// be written there is nobody to be told.
void say_error(std::string_view text) noexcept;

} // namespace supervisor
