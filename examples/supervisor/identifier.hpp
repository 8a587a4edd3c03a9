#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace supervisor {

/// What `is_identifier` allows, for messages.
inline constexpr std::string_view identifier_form
  = "1 to 63 letters a-z or A-Z, digits and _, the first no digit";

/// Whether `name` can name a table or column in every SQL database.
bool is_identifier(std::string_view name) noexcept;

/// The first of `names` that equals another one before it, as SQL compares
/// them, without regard to case; empty if there is none.
std::string repeated_identifier(const std::vector<std::string>& names);

} // namespace supervisor
