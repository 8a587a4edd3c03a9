// The rule that a text is one SQL statement, beside what SQLite makes of it.

#include "property.hpp"

#include <sqlite3.h>
#include <supervisor/sql_text.hpp>

#include <cstdint>
#include <string>
#include <string_view>

using foreman::fuzz::require;
using supervisor::one_statement;

namespace {

// A database in memory in which statements are prepared, never run.
class reference {
public:
  reference() {
    require(sqlite3_open(":memory:", &handle_) == SQLITE_OK, "it opens");
    sqlite3_exec(handle_, "create table t (x, y); create view v as select 1",
                 nullptr, nullptr, nullptr);
    // SQLite asks this for all that a statement would do.
    sqlite3_set_authorizer(
      handle_,
      [](void* self, int action, auto...) {
        if (action == SQLITE_TRANSACTION || action == SQLITE_SAVEPOINT)
          static_cast<reference*>(self)->controls_transaction_ = true;
        return SQLITE_OK;
      },
      this);
  }

  /// What was taken as one statement must be one for SQLite, too, if it knows
  /// it as SQL at all.
  void check(std::string_view statement) {
    controls_transaction_ = false;
    sqlite3_stmt* prepared = nullptr;
    const char* tail = nullptr;
    const auto code = sqlite3_prepare_v2(handle_, statement.data(),
                                         static_cast<int>(statement.size()),
                                         &prepared, &tail);
    if (code == SQLITE_OK) {
      const std::string_view rest{
        tail,
        statement.size() - static_cast<std::size_t>(tail - statement.data())};
      require(prepared != nullptr, "a statement that is taken does something",
              std::string{statement});
      require(is_nothing(rest), "nothing of a text that is taken is ignored",
              std::string{rest});
      require(sqlite3_bind_parameter_count(prepared) == 0,
              "a text that is taken has no parameter", std::string{statement});
      require(!controls_transaction_ || sqlite3_stmt_isexplain(prepared) != 0,
              "a text that is taken leaves the transaction alone",
              std::string{statement});
    }
    sqlite3_finalize(prepared);
  }

private:
  // Comments and blanks make no statement.
  bool is_nothing(std::string_view text) {
    sqlite3_stmt* prepared = nullptr;
    const auto code = sqlite3_prepare_v2(
      handle_, text.data(), static_cast<int>(text.size()), &prepared, nullptr);
    const bool nothing = code == SQLITE_OK && prepared == nullptr;
    sqlite3_finalize(prepared);
    return nothing;
  }

  sqlite3* handle_ = nullptr;
  bool controls_transaction_ = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static reference sqlite;
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto one = one_statement(text);
  if (!one) {
    require(one.error().code() == foreman::errc::invalid_option
              && !one.error().message().empty(),
            "a text that is refused says why", to_string(one.error()));
    return 0;
  }
  require(text.starts_with(*one) && one->find('\0') == std::string_view::npos,
          "a statement is what its text begins with");
  const auto again = one_statement(*one);
  require(again.has_value() && *again == *one,
          "a statement is one, without its semicolon, too");
  sqlite.check(*one);
  return 0;
}
