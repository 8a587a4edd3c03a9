#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace foreman::sql {

/// One KEY=VALUE of a database string.
struct FOREMAN_EXPORT setting {
  std::string key;
  std::string value;
};

/// The settings of a database string, in its order.
using settings = std::vector<setting>;

/// The value of `key`, or null; of several the last one, as libpq has it.
FOREMAN_EXPORT const std::string* find(const settings& from,
                                       std::string_view key);

/// Replaces the value of `key`, or adds it.
FOREMAN_EXPORT void assign(settings& to, std::string_view key,
                           std::string value);

/// Reads KEY=VALUE pairs with blanks between them. A value that holds blanks
/// stands in single quotes; `\` takes the meaning from a quote or another `\`.
/// An error says which pair is wrong, by its number: what looks like a key may
/// be the rest of a password with a blank in it.
FOREMAN_EXPORT expected<settings> read_settings(std::string_view text);

/// The text that SOCI's backends and libpq read as `from`.
FOREMAN_EXPORT std::string to_text(const settings& from);

/// The whole numbers that a setting takes.
struct FOREMAN_EXPORT number_setting {
  std::string_view key;
  int min;
  int max;
};

/// In milliseconds: a day.
inline constexpr int longest_statement_timeout = 86'400'000;

/// Names the first setting that is not such a number, without its value.
FOREMAN_EXPORT expected<void>
check_numbers(const settings& of, std::span<const number_setting> numbers);

} // namespace foreman::sql
