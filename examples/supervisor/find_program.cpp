#include "find_program.hpp"

#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace supervisor {

std::optional<std::string>
find_program(const std::string& program, std::string_view path,
             const std::filesystem::path& directory) {
  if (program.find('/') != std::string::npos)
    return program;
  while (!path.empty()) {
    const auto folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    const auto candidate = directory / folder / program;
    std::error_code failed;
    if (!folder.empty() && std::filesystem::is_regular_file(candidate, failed)
        && access(candidate.c_str(), X_OK) == 0)
      return candidate.string();
  }
  return std::nullopt;
}

} // namespace supervisor
