#pragma once

#include <foreman/expected.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace supervisor {

using nlohmann::json;

/// How deep JSON may be nested. What works on it recurses.
inline constexpr int max_json_depth = 100;

/// Parses JSON and refuses what a lenient parser would lose or die of: a key
/// that is given twice, and nesting beyond `max_json_depth`. The error says
/// what is wrong and, for a syntax error, where.
foreman::expected<json> parse_json(std::string_view text);

/// `text` as a JSON string: in quotes, control characters escaped, bytes that
/// are no UTF-8 replaced.
std::string in_quotes(std::string_view text);

/// The type of `value` with its article: `an object`, `a number`, `null`.
std::string type_of(const json& value);

/// Whether `value` is a string with a zero byte in it, which many a library
/// takes for the end.
bool holds_zero_byte(const json& value);

} // namespace supervisor
