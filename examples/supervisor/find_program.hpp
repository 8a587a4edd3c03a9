#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace supervisor {

/// The program that a call in `directory` means: a path as it is, a name by
/// `path`, the folders of `PATH`. Relative ones count from `directory`, as they
/// would for a shell there; empty ones are skipped. None if there is no such
/// file that may be run.
std::optional<std::string> find_program(const std::string& program,
                                        std::string_view path,
                                        const std::filesystem::path& directory);

} // namespace supervisor
