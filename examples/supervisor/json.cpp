#include "json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
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
  const auto expected = message.rfind("; expected ");
  std::string result{message.substr(0, last_read)};
  if (last_read != std::string_view::npos && expected != std::string_view::npos)
    result += message.substr(expected);
  return result;
}

} // namespace

foreman::expected<json> parse_json(std::string_view text) {
  strictness strict;
  try {
    return json::parse(text.begin(), text.end(),
                       [&](int depth, json::parse_event_t event, json& parsed) {
                         strict.meet(depth, event, parsed);
                         return true;
                       });
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

} // namespace supervisor
