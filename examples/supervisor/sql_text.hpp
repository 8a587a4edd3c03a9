#pragma once

#include <foreman/expected.hpp>

#include <string_view>

namespace supervisor {

/// What SQL statement or statements `text` holds, without the semicolon that
/// may end them. The error continues a sentence that begins with the name of
/// the text: it is empty, or begins with what would end the job's transaction.
foreman::expected<std::string_view> some_statement(std::string_view text);

/// The one statement of SQLite in `text`. Also refuses what SQLite would
/// ignore without a word (a second statement) or take for NULL (a parameter).
foreman::expected<std::string_view> one_statement(std::string_view text);

} // namespace supervisor
