#include "sql_text.hpp"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace supervisor {

namespace {

enum class token_kind { word, semicolon, parameter, other, end };

struct token {
  token_kind kind = token_kind::end;
  std::string_view text;
};

// Letters, digits and what else may stand in a name or a number.
bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
    || (c >= '0' && c <= '9') || c == '_' || c == '$'
    || static_cast<unsigned char>(c) >= 0x80;
}

// Splits SQL as far as is needed to see what is text, comment or name, and
// what is not (https://www.sqlite.org/draft/tokenreq.html).
class sql_lexer {
public:
  explicit sql_lexer(std::string_view text) noexcept : rest_{text} {}

  token next() {
    skip_blanks();
    if (rest_.empty())
      return {};
    const char first = rest_.front();
    if (first == ';')
      return take(token_kind::semicolon, 1);
    if (first == '\'' || first == '"' || first == '`')
      return take(token_kind::other, end_of(std::string_view{&first, 1}, 1));
    if (first == '[')
      return take(token_kind::other, end_of("]", 1));
    if (first == '?')
      return take(token_kind::parameter, 1 + word_length(1));
    if (std::string_view{":@$#"}.find(first) != std::string_view::npos
        && word_length(1) > 0)
      return take(token_kind::parameter, 1 + word_length(1));
    if (is_word(first))
      return take(token_kind::word, word_length(0));
    return take(token_kind::other, 1);
  }

  /// What has not been split yet.
  std::string_view rest() const noexcept {
    return rest_;
  }

private:
  void skip_blanks() {
    while (!rest_.empty()) {
      // SQLite takes \v for a blank only behind another one; alone it is an
      // error there, and nothing that would run here.
      if (std::string_view{" \t\r\n\f\v"}.find(rest_.front())
          != std::string_view::npos)
        rest_.remove_prefix(1);
      else if (rest_.starts_with("--"))
        rest_.remove_prefix(end_of("\n", 2));
      else if (rest_.starts_with("/*"))
        rest_.remove_prefix(end_of("*/", 2));
      else
        return;
    }
  }

  // The length up to and with the next `mark` at `from` or later.
  std::size_t end_of(std::string_view mark, std::size_t from) const {
    const auto at = rest_.find(mark, from);
    return at == std::string_view::npos ? rest_.size() : at + mark.size();
  }

  std::size_t word_length(std::size_t from) const {
    const auto word = rest_.substr(from);
    return static_cast<std::size_t>(
      std::find_if_not(word.begin(), word.end(), is_word) - word.begin());
  }

  token take(token_kind kind, std::size_t length) {
    const token result{kind, rest_.substr(0, length)};
    rest_.remove_prefix(length);
    return result;
  }

  std::string_view rest_;
};

// Whether `word` is `keyword`, which has small letters; case does not matter.
bool is_keyword(std::string_view word, std::string_view keyword) {
  return std::equal(keyword.begin(), keyword.end(), word.begin(), word.end(),
                    [](char a, char b) { return a == (b | 0x20); });
}

bool is_complete(std::string_view text) {
  return sqlite_api::sqlite3_complete(std::string{text}.c_str()) != 0;
}

foreman::error refuse(std::string why) {
  return {foreman::errc::invalid_option, std::move(why)};
}

} // namespace

bool begins_with_any(std::string_view text,
                     std::span<const std::string_view> keywords) {
  const auto first = sql_lexer{text}.next().text;
  return std::any_of(keywords.begin(), keywords.end(),
                     [first](auto x) { return is_keyword(first, x); });
}

foreman::expected<std::string_view> some_statement(std::string_view text) {
  static constexpr std::array<std::string_view, 8> ends_transaction{
    "abort",   "begin",    "commit",    "end",
    "release", "rollback", "savepoint", "start"};
  if (text.find('\0') != std::string_view::npos)
    return refuse("holds a zero byte; allowed is one SQL statement");
  const auto next = sql_lexer{text}.next();
  if (next.kind == token_kind::end || next.kind == token_kind::semicolon)
    return refuse("is empty; allowed is one SQL statement");
  if (begins_with_any(text, ends_transaction))
    return refuse(fmt::format("begins with {}; a job is one transaction, which "
                              "foreman begins and ends",
                              next.text));
  return text.substr(0, text.find_last_not_of("; \t\r\n\f\v") + 1);
}

foreman::expected<std::string_view> one_statement(std::string_view text) {
  if (auto some = some_statement(text); !some)
    return some.error();
  sql_lexer lexer{text};
  auto next = lexer.next();
  bool in_trigger = false;
  token last;
  token before_last;
  for (; next.kind != token_kind::end;
       before_last = std::exchange(last, next), next = lexer.next()) {
    if (next.kind == token_kind::parameter)
      return refuse(
        fmt::format("has a parameter, {}; write the value itself", next.text));
    if (next.kind != token_kind::semicolon)
      continue;
    // The body of a trigger has semicolons of its own; it ends with "; end;".
    // SQLite reads from the start each time, so it is asked there only.
    if (in_trigger
        && !(before_last.kind == token_kind::semicolon
             && is_keyword(last.text, "end")))
      continue;
    const auto length = text.size() - lexer.rest().size();
    in_trigger = !is_complete(text.substr(0, length));
    if (in_trigger)
      continue;
    while (next.kind == token_kind::semicolon)
      next = lexer.next();
    if (next.kind != token_kind::end)
      return refuse("holds more than one statement; give each a string of its "
                    "own");
    return text.substr(0, length - 1);
  }
  return text;
}

} // namespace supervisor
