// JSON as the supervisor program reads it, beside a lenient parser: it may
// refuse more, for a reason, but never take something for something else.

#include "property.hpp"

#include <foreman/project_key.hpp>

#include <supervisor/identifier.hpp>
#include <supervisor/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

using foreman::fuzz::require;
using supervisor::json;
using supervisor::parse_json;

namespace {

int depth_of(const json& value) {
  int deepest = 0;
  if (value.is_structured())
    for (const auto& x : value)
      deepest = std::max(deepest, depth_of(x));
  return value.is_structured() ? deepest + 1 : 0;
}

void check_text(const std::string& text, std::string_view property) {
  const auto is_control
    = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  require(!text.empty() && foreman::is_utf8(text)
            && std::none_of(text.begin(), text.end(), is_control),
          property, text);
}

void check_accepted(std::string_view text, const json& value) {
  require(json::accept(text) && text.find('\0') == std::string_view::npos,
          "what is taken is JSON");
  require(depth_of(value) <= supervisor::max_json_depth,
          "what is taken is not nested too deeply");
  require(value == json::parse(text), "it is taken for what it says");
  const auto again = parse_json(value.dump());
  require(again.has_value() && *again == value,
          "written and read again it is the same");
}

void check_refused(std::string_view text, const foreman::error& why) {
  require(why.code() == foreman::errc::invalid_option
            && why.message().starts_with("bad JSON: "),
          "bad JSON is called that", to_string(why));
  check_text(why.message(), "a refusal is one line of text");
  if (json::accept(text))
    require(why.message().find("given twice") != std::string::npos
              || why.message().find("nested deeper") != std::string::npos
              || why.message().find("beyond 64 bits") != std::string::npos
              || why.message().find("a zero byte") != std::string::npos,
            "JSON is refused for what a lenient parser would lose or die of",
            why.message());
}

// What messages show of any text.
void check_quoting(const std::string& text) {
  const auto quoted = supervisor::in_quotes(text);
  check_text(quoted, "a quoted text is one line");
  const auto back = json::parse(quoted).get<std::string>();
  require(!foreman::is_utf8(text) || back == text,
          "a quoted text is the text, if it is one", quoted);
  if (supervisor::is_identifier(text))
    require(quoted == '"' + text + '"', "an identifier needs no escape",
            quoted);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  if (const auto parsed = parse_json(text))
    check_accepted(text, *parsed);
  else
    check_refused(text, parsed.error());
  check_quoting(text);
  return 0;
}
