#pragma once

#include "field.hpp"

#include <foreman/connection_needs.hpp>
#include <foreman/kinds.hpp>

#include <functional>
#include <string>
#include <vector>

namespace supervisor {

/// A kind of job that a line can name.
struct kind {
  std::string name;
  /// What its jobs do, in one sentence.
  std::string purpose;
  field_list payload;
  /// Notes what is wrong with a payload whose fields are sound one by one.
  /// Called before anything starts, so it looks at the payload alone. May be
  /// empty.
  std::function<void(const json& payload, problems& found)> check;
  /// The connections that a job needs.
  std::function<foreman::connection_needs(const json& payload)> needs;
  /// Runs a job; its payload is JSON in which nothing wrong was found.
  foreman::handler run;
};

using kind_table = std::vector<kind>;

/// Notes all that is wrong with a payload.
void check_payload(const kind& of, const json& payload, problems& found);

/// The kind called `name`, or null.
const kind* find_kind(const kind_table& kinds, std::string_view name) noexcept;

/// The names of all kinds in quotes, for messages.
std::string names_of(const kind_table& kinds);

} // namespace supervisor
