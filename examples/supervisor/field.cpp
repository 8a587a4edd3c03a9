#include "field.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace supervisor {

namespace {

// Whether `value` is what JSON Schema calls `type`.
bool is_a(const json& value, std::string_view type) {
  if (type == "integer")
    return value.is_number_integer();
  return type == value.type_name();
}

std::string with_article(std::string_view type) {
  return fmt::format("{} {}", type.find_first_of("aeio") == 0 ? "an" : "a",
                     type);
}

std::string allowed_for(const field& x) {
  if (!x.allowed.empty())
    return x.allowed;
  auto result = with_article(x.schema.value("type", "value"));
  if (!x.schema.contains("minimum"))
    return result;
  return fmt::format("{} from {} to {}", result, x.schema["minimum"].dump(),
                     x.schema["maximum"].dump());
}

bool is_out_of_range(const json& value, const json& schema) {
  return (schema.contains("minimum") && value < schema["minimum"])
    || (schema.contains("maximum") && value > schema["maximum"]);
}

void check_value(const json& value, const std::string& path, const field& x,
                 problems& found) {
  if (const auto type = x.schema.value("type", json{});
      type.is_string() && !is_a(value, type.get<std::string>()))
    found.push_back(fmt::format("{} is {}; allowed is {}", in_quotes(path),
                                type_of(value), allowed_for(x)));
  else if (is_out_of_range(value, x.schema))
    found.push_back(fmt::format("{} is {}; allowed is {}", in_quotes(path),
                                value.dump(), allowed_for(x)));
  else if (value.size() < x.schema.value("minItems", 0U))
    found.push_back(fmt::format("{} is empty; needed is at least one element",
                                in_quotes(path)));
  else if (x.check)
    x.check(value, path, found);
}

} // namespace

bool check_fields(const json& object, const std::string& name,
                  const field_list& allowed, problems& found) {
  const auto problems_before = found.size();
  if (!object.is_object()) {
    found.push_back(fmt::format("{} is {}; allowed is an object",
                                name.empty() ? "the line" : in_quotes(name),
                                type_of(object)));
    return false;
  }
  std::string names;
  for (const auto& x : allowed)
    names += (names.empty() ? "" : ", ") + in_quotes(x.name);
  for (const auto& [key, value] : object.items())
    if (std::none_of(allowed.begin(), allowed.end(),
                     [&key = key](const field& x) { return x.name == key; }))
      found.push_back(fmt::format("unknown key {}; allowed are {}",
                                  in_quotes(path_of(name, key)), names));
  for (const auto& x : allowed) {
    const auto path = path_of(name, x.name);
    if (const auto at = object.find(x.name); at != object.end())
      check_value(*at, path, x, found);
    else if (x.required)
      found.push_back(fmt::format("{} is missing; needed is {}",
                                  in_quotes(path), allowed_for(x)));
  }
  return found.size() == problems_before;
}

std::string path_of(const std::string& name, std::string_view key) {
  return name.empty() ? std::string{key} : fmt::format("{}.{}", name, key);
}

json schema_of(const field_list& fields) {
  json result{{"type", "object"}, {"additionalProperties", false}};
  for (const auto& x : fields) {
    result["properties"][x.name] = x.schema;
    if (x.required)
      result["required"].push_back(x.name);
  }
  return result;
}

} // namespace supervisor
