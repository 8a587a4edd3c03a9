#include "json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <system_error>
#include <vector>

namespace supervisor {

namespace {

foreman::error bad_json(const std::string& why) {
  return {foreman::errc::invalid_option, "bad JSON: " + why};
}

// Looks at each key and each level as the parser meets it; throws the error.
class strictness {
public:
  void meet(int depth, json::parse_event_t event, const json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
        refuse_depth(depth);
        keys_.emplace_back();
        break;
      case json::parse_event_t::array_start:
        refuse_depth(depth);
        break;
      case json::parse_event_t::key:
        refuse_twice(parsed.get_ref<const std::string&>());
        break;
      case json::parse_event_t::object_end:
        keys_.pop_back();
        break;
      default:
        break;
    }
  }

private:
  static void refuse_depth(int depth) {
    if (depth >= max_json_depth)
      throw foreman::exception{
        bad_json(fmt::format("nested deeper than {}", max_json_depth))};
  }

  void refuse_twice(const std::string& key) {
    if (!keys_.back().insert(key).second)
      throw foreman::exception{
        bad_json(fmt::format("key {} is given twice", in_quotes(key)))};
  }

  std::vector<std::set<std::string>> keys_;
};

// Where byte `at` (from 1) is, in the words of an editor.
std::string position(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at == 0 ? 0 : at - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto column = before.size() - (before.rfind('\n') + 1) + 1;
  return text.find('\n') == std::string_view::npos
    ? fmt::format("column {}", column)
    : fmt::format("line {}, column {}", line, column);
}

// What nlohmann's message says behind its own number and position, without the
// text it read last: that can be long, or bytes that are no text.
std::string reason_in(std::string_view message) {
  for (const auto* const end_of_prefix : {"] ", ": "})
    if (const auto at = message.find(end_of_prefix);
        at != std::string_view::npos)
      message.remove_prefix(at + 2);
  const auto last_read = message.find("; last read: ");
  std::string result{message.substr(0, last_read)};
  if (last_read != std::string_view::npos)
    for (const auto* const expected :
         {"; expected end of input", "; expected string literal",
          "; expected ':'", "; expected ']'", "; expected '}'",
          "; expected '[', '{', or a literal"})
      if (message.ends_with(expected))
        result += expected;
  return result;
}

// The parser takes a zero byte for the end of the text and leaves the rest
// unread.
void refuse_zero_byte(std::string_view text) {
  if (const auto at = text.find('\0'); at != std::string_view::npos)
    throw foreman::exception{bad_json(
      fmt::format("{}: a zero byte, which JSON has nowhere; write \\u0000",
                  position(text, at + 1)))};
}

// The parser makes a rounded number of a whole one beyond 64 bits. Requires
// JSON, so a digit or a minus outside of strings begins a number.
void refuse_rounding(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"')
      while (text[++at] != '"')
        at += text[at] == '\\' ? 1 : 0;
    else if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) {
      const auto number
        = text.substr(at, text.find_first_not_of("+-.0123456789Ee", at) - at);
      const auto fits = [number](auto value) {
        return std::from_chars(number.begin(), number.end(), value).ec
          == std::errc{};
      };
      if (number.find_first_of(".eE") == std::string_view::npos
          && !fits(std::int64_t{}) && !fits(std::uint64_t{}))
        throw foreman::exception{bad_json(
          fmt::format("{}: {} is a whole number beyond 64 bits; write it as a "
                      "string, or with a fraction if it may be rounded",
                      position(text, at + 1), number))};
      at += number.size() - 1;
    }
  }
}

} // namespace

foreman::expected<json> parse_json(std::string_view text) {
  strictness strict;
  try {
    auto result
      = json::parse(text.begin(), text.end(),
                    [&](int depth, json::parse_event_t event, json& parsed) {
                      strict.meet(depth, event, parsed);
                      return true;
                    });
    refuse_zero_byte(text);
    refuse_rounding(text);
    return result;
  } catch (const foreman::exception& e) {
    return e.why();
  } catch (const json::parse_error& e) {
    return bad_json(
      fmt::format("{}: {}", position(text, e.byte), reason_in(e.what())));
  } catch (const json::exception& e) {
    const std::string_view message{e.what()};
    return bad_json(std::string{message.substr(message.find("] ") + 2)});
  }
}

std::string in_quotes(std::string_view text) {
  return json(std::string{text})
    .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string type_of(const json& value) {
  if (value.is_null())
    return "null";
  const std::string name = value.type_name();
  return (name.find_first_of("ao") == 0 ? "an " : "a ") + name;
}

bool holds_zero_byte(const json& value) {
  return value.is_string()
    && value.get_ref<const std::string&>().find('\0') != std::string::npos;
}

} // namespace supervisor
