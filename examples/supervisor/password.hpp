#pragma once

#include <foreman/expected.hpp>

#include <map>
#include <optional>
#include <string>

namespace supervisor {

/// The password of the database `name`: the first line of its file in `files`,
/// else its environment variable, which is wiped out, else none.
/// `invalid_option` if the file cannot be read. Call it before there are other
/// threads, once for each name.
foreman::expected<std::optional<std::string>>
password_of(const std::string& name,
            const std::map<std::string, std::string>& files);

/// The environment variable from which the password of `name` comes:
/// FOREMAN_PASSWORD_NAME.
std::string password_variable(const std::string& name);

/// What all these variables begin with.
inline constexpr const char* password_prefix = "FOREMAN_PASSWORD_";

} // namespace supervisor
