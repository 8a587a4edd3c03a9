#pragma once

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace example {

/// Answers a request with `status` and `what`. Bytes that are not UTF-8 are
/// replaced.
void answer(httplib::Response& to, int status, const nlohmann::json& what);

} // namespace example
