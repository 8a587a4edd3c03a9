#pragma once

#include <foreman/export.hpp>

#include <string>
#include <typeinfo>

namespace foreman {

/// Returns what `type` is called in its source, such as `std::runtime_error`.
FOREMAN_EXPORT std::string type_name(const std::type_info& type);

} // namespace foreman
