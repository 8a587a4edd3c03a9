#pragma once

#include "descriptor.hpp"

#include <foreman/expected.hpp>

#include <filesystem>
#include <string>

namespace supervisor {

/// The error of what could not be read; `errno` says why.
foreman::error cannot_read(const std::string& name);

/// Opens a file to be read; `-` is standard input.
foreman::expected<descriptor> open_input(const std::string& file);

/// All that is still to come; `name` is how an error calls it.
foreman::expected<std::string> read_all(const descriptor& from,
                                        const std::string& name);

/// The whole content of a file, or an error with its name and the reason.
foreman::expected<std::string> read_file(const std::filesystem::path& file);

} // namespace supervisor
