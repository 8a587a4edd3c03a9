#include "kind.hpp"

#include <algorithm>

namespace supervisor {

void check_payload(const kind& of, const json& payload, problems& found) {
  if (check_fields(payload, "payload", of.payload, found) && of.check)
    of.check(payload, found);
}

const kind* find_kind(const kind_table& kinds, std::string_view name) noexcept {
  const auto at
    = std::find_if(kinds.begin(), kinds.end(),
                   [name](const kind& x) { return x.name == name; });
  return at == kinds.end() ? nullptr : &*at;
}

std::string names_of(const kind_table& kinds) {
  std::string result;
  for (const auto& x : kinds)
    result += (result.empty() ? "" : ", ") + in_quotes(x.name);
  return result;
}

} // namespace supervisor
