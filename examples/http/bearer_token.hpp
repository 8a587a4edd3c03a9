#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

namespace example {

/// Whether two texts are the same. How long that takes tells nothing of where
/// they differ, so a token cannot be guessed part by part. `secret` must not be
/// empty.
bool is_same(std::string_view given, std::string_view secret) noexcept;

/// The handler `next` for those who send "Authorization: Bearer `token`". Who
/// sends none gets 401, who sends another one 403.
httplib::Server::Handler behind(const std::string& token,
                                httplib::Server::Handler next);

} // namespace example
