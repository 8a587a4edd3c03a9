#pragma once

#include <foreman/expected.hpp>

#include <string_view>

namespace supervisor {

/// The one SQL statement in `text`, without the semicolon that may end it. The
/// error continues a sentence that begins with the name of the text: it is
/// empty, or holds what would be ignored without a word (a second statement),
/// become NULL (a parameter) or end the job's transaction.
foreman::expected<std::string_view> one_statement(std::string_view text);

} // namespace supervisor
