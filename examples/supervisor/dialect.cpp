#include "dialect.hpp"

#include "sql_text.hpp"

namespace supervisor {

dialect::~dialect() = default;

// The servers refuse what else SQLite would not: a second statement, and a
// parameter.
foreman::expected<std::string_view>
dialect::statement_in(std::string_view text) const {
  return some_statement(text);
}

bool dialect::one_writer() const noexcept {
  return false;
}

void dialect::begin(soci::session& session) const {
  run(session, "start transaction", nullptr);
}

bool dialect::commits(std::string_view) const {
  return false;
}

void dialect::require_storable(const json&, std::string_view) const {}

std::string dialect::quoted_identifier(std::string_view name) const {
  return '"' + std::string{name} + '"';
}

const dialect& dialect_of(std::string_view database) {
  if (database.starts_with("sqlite:"))
    return sqlite_dialect();
  return database.starts_with("postgresql:") ? postgresql_dialect()
                                             : mariadb_dialect();
}

std::string quoted_text(std::string_view text) {
  std::string result{'\''};
  for (const char c : text) {
    result += c;
    if (c == '\'')
      result += c;
  }
  return result += '\'';
}

std::string message_of(const soci::soci_error& e) {
  auto message = e.get_error_message();
  if (message.starts_with("sqlite3_statement_backend::"))
    message.erase(0, message.find(": ") + 2);
  return message;
}

} // namespace supervisor
