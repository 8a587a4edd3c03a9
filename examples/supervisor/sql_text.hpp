#pragma once

#include <foreman/expected.hpp>

#include <span>
#include <string_view>

namespace supervisor {

/// What SQL statement or statements `text` holds, without the semicolon that
/// may end them. The error continues a sentence that begins with the name of
/// the text: it is empty, or begins with what would end the job's transaction.
foreman::expected<std::string_view> some_statement(std::string_view text);

/// Whether the first word of `text` behind blanks and comments is one of
/// `keywords`, which have small letters; case does not matter.
bool begins_with_any(std::string_view text,
                     std::span<const std::string_view> keywords);

/// The one statement of SQLite in `text`. Also refuses what SQLite would
/// ignore without a word (a second statement) or take for NULL (a parameter).
foreman::expected<std::string_view> one_statement(std::string_view text);

} // namespace supervisor
