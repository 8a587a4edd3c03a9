#pragma once

#include <string>

namespace supervisor {

/// Writes to standard output, at once. A full disk, or a pipe that nobody
/// reads, is a `std::system_error`.
void print(const std::string& text);

} // namespace supervisor
