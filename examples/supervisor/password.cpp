#include "password.hpp"

#include "text_file.hpp"

#include <cstdlib>

namespace supervisor {

foreman::expected<std::optional<std::string>>
password_of(const std::string& name,
            const std::map<std::string, std::string>& files) {
  if (const auto at = files.find(name); at != files.end()) {
    const auto content = read_file(at->second);
    if (!content)
      return foreman::error{foreman::errc::invalid_option,
                            "--password-file: " + content.error().message()};
    return std::optional{content->substr(0, content->find_first_of("\r\n"))};
  }
  if (const auto* const value = std::getenv(password_variable(name).c_str()))
    return std::optional<std::string>{value};
  return std::optional<std::string>{};
}

std::string password_variable(const std::string& name) {
  std::string result{password_prefix};
  for (const char c : name)
    result += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return result;
}

} // namespace supervisor
