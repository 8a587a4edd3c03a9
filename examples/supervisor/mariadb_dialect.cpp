#include "dialect.hpp"
#include "sql_text.hpp"

#include <fmt/format.h>
#include <soci/mysql/soci-mysql.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace supervisor {

namespace {

MYSQL* handle_of(soci::session& session) {
  return static_cast<soci::mysql_session_backend*>(session.get_backend())
    ->conn_;
}

[[noreturn]] void fail(MYSQL* handle) {
  throw std::runtime_error{mysql_error(handle)};
}

void collect(MYSQL* handle, MYSQL_RES* result, text_rows* rows) {
  const auto columns = mysql_num_fields(result);
  while (auto* const values = mysql_fetch_row(result)) {
    if (rows == nullptr)
      continue;
    const auto* const lengths = mysql_fetch_lengths(result);
    auto& row = rows->emplace_back();
    for (unsigned i = 0; i < columns; ++i)
      row.push_back(
        values[i] == nullptr
          ? std::nullopt
          : std::optional<std::string>{std::in_place, values[i], lengths[i]});
  }
  if (mysql_errno(handle) != 0)
    fail(handle);
}

// The server takes one statement at a time and knows no parameter in it.
class mariadb final : public dialect {
public:
  bool in_transaction(soci::session& session) const override {
    return (handle_of(session)->server_status & SERVER_STATUS_IN_TRANS) != 0;
  }

  // https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
  // without those that end a transaction on purpose.
  bool commits(std::string_view statement) const override {
    static constexpr std::array<std::string_view, 14> words{
      "alter",  "analyze", "check",    "create",   "drop",
      "flush",  "grant",   "install",  "optimize", "rename",
      "repair", "revoke",  "truncate", "uninstall"};
    return begins_with_any(statement, words);
  }

  void run(soci::session& session, const std::string& statement,
           text_rows* rows) const override {
    auto* const handle = handle_of(session);
    if (mysql_real_query(handle, statement.data(), statement.size()) != 0)
      fail(handle);
    // A procedure gives several results; each must be read before the session
    // can do anything else.
    do {
      const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result{
        mysql_use_result(handle), mysql_free_result};
      if (result)
        collect(handle, result.get(), rows);
      else if (mysql_field_count(handle) != 0)
        fail(handle);
    } while (mysql_next_result(handle) == 0);
    if (mysql_errno(handle) != 0)
      fail(handle);
  }

  std::string quoted_identifier(std::string_view name) const override {
    return '`' + std::string{name} + '`';
  }

  std::string comparison(soci::session& session,
                         const json& wanted) const override {
    auto literal = wanted.dump();
    if (wanted.is_string()) {
      // What a backslash means depends on the session.
      const auto text = wanted.get<std::string>();
      std::string escaped(2 * text.size() + 1, '\0');
      escaped.resize(mysql_real_escape_string(
        handle_of(session), escaped.data(), text.data(), text.size()));
      literal = '\'' + escaped + '\'';
    }
    return fmt::format("value <=> {}, quote(value)", literal);
  }
};

} // namespace

const dialect& mariadb_dialect() {
  static const mariadb result;
  return result;
}

} // namespace supervisor
