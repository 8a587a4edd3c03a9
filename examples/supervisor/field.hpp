#pragma once

#include "json.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace supervisor {

/// All that is wrong with something: a sentence each, which says what is wrong
/// and what is allowed.
using problems = std::vector<std::string>;

/// A field of a JSON object: what is said of it to people and programs, and
/// what is checked.
struct field {
  std::string name;
  /// A JSON Schema of its value (https://json-schema.org). Of it are checked
  /// `type`, if that is one name, `minItems`, `minimum` and `maximum`; `check`
  /// does the rest.
  json schema;
  bool required = false;
  /// What is allowed, for messages, where the type does not say it.
  std::string allowed = {};
  /// Notes what is wrong with a value of that type; `path` is how messages call
  /// it. May be empty.
  std::function<void(const json& value, const std::string& path,
                     problems& found)>
    check = {};
};

using field_list = std::vector<field>;

/// Notes all that is wrong with `object`: no object, an unknown key, a missing
/// field, a wrong type or range, and what the checks of the fields find. `name`
/// is how messages call the object, such as `payload`; the fields of a nameless
/// one are called by their keys alone. Returns whether it is sound.
bool check_fields(const json& object, const std::string& name,
                  const field_list& allowed, problems& found);

/// How messages call the field `key` of the object `name`, without quotes.
std::string path_of(const std::string& name, std::string_view key);

/// The same as a JSON Schema.
json schema_of(const field_list& fields);

} // namespace supervisor
