// What a host links foreman::core for: its values and rules.

#include <foreman/errc.hpp>
#include <foreman/project_key.hpp>
#include <foreman/system_options.hpp>

#include <iostream>
#include <string>
#include <system_error>

int main() {
  const std::error_code busy = foreman::errc::project_busy;
  const auto key = foreman::check_project("");
  const auto options = foreman::validate({.workers = 0});
  std::cout << busy.category().name() << '\n'
            << to_string(key.error()) << '\n'
            << to_string(options.error()) << '\n';
  const bool ok = std::string{busy.category().name()} == "foreman"
    && key.error().code() == foreman::errc::invalid_project
    && options.error().code() == foreman::errc::invalid_option;
  return ok ? 0 : 1;
}
