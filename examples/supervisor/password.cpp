#include "password.hpp"

#include "text_file.hpp"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

namespace supervisor {

namespace {

// Also wipes it out there: who may read /proc/PID/environ, such as a command,
// would find it.
std::optional<std::string> taken_from_environment(const std::string& name) {
  const auto* const value = std::getenv(name.c_str());
  if (value == nullptr)
    return std::nullopt;
  std::string result{value};
  const auto begin = name + '=';
  for (auto* const* at = environ; *at != nullptr; ++at)
    if (std::string_view{*at}.starts_with(begin))
      explicit_bzero(*at + begin.size(), std::strlen(*at) - begin.size());
  unsetenv(name.c_str());
  return result;
}

} // namespace

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
  return taken_from_environment(password_variable(name));
}

std::string password_variable(const std::string& name) {
  std::string result{password_prefix};
  for (const char c : name)
    result += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return result;
}

} // namespace supervisor
