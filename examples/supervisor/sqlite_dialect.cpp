#include "dialect.hpp"
#include "sql_text.hpp"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <stdexcept>

namespace supervisor {

namespace {

// SOCI hides the backend's type information, so no dynamic_cast can be asked.
sqlite_api::sqlite3* handle_of(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())
    ->conn_;
}

// A statement ends at a zero byte, so text that holds one is written in hex.
std::string literal_of(const json& value) {
  if (value.is_boolean())
    return value.get<bool>() ? "1" : "0";
  if (!value.is_string())
    return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  if (!holds_zero_byte(value))
    return quoted_text(text);
  return fmt::format(
    "cast(x'{:02x}' as text)",
    fmt::join(reinterpret_cast<const unsigned char*>(text.data()),
              reinterpret_cast<const unsigned char*>(text.data() + text.size()),
              ""));
}

class sqlite final : public dialect {
public:
  // SQLite would ignore a second statement, take a parameter for NULL, and let
  // a statement end the transaction.
  foreman::expected<std::string_view>
  statement_in(std::string_view text) const override {
    return one_statement(text);
  }

  bool one_writer() const noexcept override {
    return true;
  }

  void begin(soci::session& session) const override {
    // Immediate: a transaction that begins by reading cannot be made a writing
    // one while another program writes.
    run(session, "begin immediate", nullptr);
    // Any query lets SQLite see that its schema is not the one it read when
    // this connection last looked. `create index` (as of 3.40) does not look:
    // it would refuse a name that another connection has dropped since.
    run(session, "select 1 from sqlite_schema limit 0", nullptr);
  }

  bool in_transaction(soci::session& session) const override {
    return sqlite_api::sqlite3_get_autocommit(handle_of(session)) == 0;
  }

  void run(soci::session& session, const std::string& statement,
           text_rows* rows) const override {
    const auto add = [](void* to, int columns, char** values, char**) {
      if (to == nullptr)
        return 0;
      auto& row = static_cast<text_rows*>(to)->emplace_back();
      for (int i = 0; i < columns; ++i)
        row.push_back(values[i] == nullptr
                        ? std::nullopt
                        : std::optional<std::string>{values[i]});
      return 0;
    };
    if (sqlite_api::sqlite3_exec(handle_of(session), statement.c_str(), add,
                                 rows, nullptr)
        != SQLITE_OK)
      throw std::runtime_error{sqlite_api::sqlite3_errmsg(handle_of(session))};
  }

  std::string comparison(soci::session&, const json& wanted) const override {
    return fmt::format("value is {}, quote(value)", literal_of(wanted));
  }
};

} // namespace

const dialect& sqlite_dialect() {
  static const sqlite result;
  return result;
}

} // namespace supervisor
