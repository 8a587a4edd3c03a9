#pragma once

#include "json.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace supervisor {

/// All that is wrong with something: a sentence each, which says what is wrong
/// and what is allowed.
using problems = std::vector<std::string>;

/// Reads the fields of a JSON object and notes each problem: no object, an
/// unknown key, a missing field, a wrong type. Refers to the object.
class fields {
public:
  /// `name` is how messages call the object, such as `payload`; the fields of
  /// a nameless one are called by their keys alone.
  fields(const json& object, std::string name,
         std::initializer_list<std::string_view> allowed, problems& found);

  /// The field `key` if it is there and of type `type`, else null. `needed`
  /// names in a message what it must be.
  const json* required(std::string_view key, json::value_t type,
                       std::string_view needed);

  /// The same, but it may be missing.
  const json* optional(std::string_view key, json::value_t type,
                       std::string_view needed);

  /// How messages call the field `key`, in quotes.
  std::string path(std::string_view key) const;

private:
  const json* object_ = nullptr; // null unless it is one
  std::string name_;
  problems* found_;
};

} // namespace supervisor
