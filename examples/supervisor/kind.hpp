#pragma once

#include "fields.hpp"

#include <foreman/kinds.hpp>

#include <string>
#include <vector>

namespace supervisor {

/// A kind of job that a line can name.
struct kind {
  std::string name;
  /// Notes all that is wrong with a payload. Called before anything starts, so
  /// it looks at the payload alone.
  void (*validate)(const json& payload, problems& found);
  /// Runs a job; its payload is JSON that `validate` found nothing wrong with.
  foreman::handler run;
};

using kind_table = std::vector<kind>;

/// The kind called `name`, or null.
const kind* find_kind(const kind_table& kinds, std::string_view name) noexcept;

/// The names of all kinds in quotes, for messages.
std::string names_of(const kind_table& kinds);

} // namespace supervisor
