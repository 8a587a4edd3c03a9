#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace foreman::fuzz {

/// Ends the process unless `holds`: the fuzzer then keeps the input, and a
/// replay has named its file. `property` says in a sentence what should hold.
inline void require(bool holds, std::string_view property,
                    const std::string& instead = {}) {
  if (holds)
    return;
  std::fprintf(stderr, "broken: %.*s%s%s\n", static_cast<int>(property.size()),
               property.data(),
               instead.empty() ? "" : "; instead: ", instead.c_str());
  std::abort();
}

} // namespace foreman::fuzz
