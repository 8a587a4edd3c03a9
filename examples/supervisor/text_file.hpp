#pragma once

#include <foreman/expected.hpp>

#include <filesystem>
#include <string>

namespace supervisor {

/// The whole content of a file, or an error with its name and the reason.
foreman::expected<std::string> read_file(const std::filesystem::path& file);

} // namespace supervisor
