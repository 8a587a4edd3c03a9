#include "dialect.hpp"

#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>

#include <memory>
#include <stdexcept>

namespace supervisor {

namespace {

PGconn* handle_of(soci::session& session) {
  return static_cast<soci::postgresql_session_backend*>(session.get_backend())
    ->conn_;
}

[[noreturn]] void fail(const char* why) {
  std::string message{why};
  message.erase(message.find_last_not_of('\n') + 1);
  throw std::runtime_error{message};
}

// The extended protocol, by PQexecParams, takes one statement at a time.
class postgresql final : public dialect {
public:
  void begin(soci::session& session) const override {
    // What it notices, such as that a table to drop is not there, is for people
    // at its prompt; libpq would print it.
    PQsetNoticeReceiver(
      handle_of(session), [](void*, const PGresult*) {}, nullptr);
    dialect::begin(session);
  }

  bool in_transaction(soci::session& session) const override {
    return PQtransactionStatus(handle_of(session)) == PQTRANS_INTRANS;
  }

  // libpq takes text up to a zero byte.
  void require_storable(const json& value,
                        std::string_view name) const override {
    if (holds_zero_byte(value))
      throw std::runtime_error{
        fmt::format("{} holds a zero byte, which no text of this database can",
                    in_quotes(name))};
  }

  void run(soci::session& session, const std::string& statement,
           text_rows* rows) const override {
    auto* const handle = handle_of(session);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result{
      PQexecParams(handle, statement.c_str(), 0, nullptr, nullptr, nullptr,
                   nullptr, 0),
      PQclear};
    switch (PQresultStatus(result.get())) {
      case PGRES_COMMAND_OK:
      case PGRES_EMPTY_QUERY:
        return;
      case PGRES_TUPLES_OK:
        break;
      case PGRES_FATAL_ERROR:
      case PGRES_BAD_RESPONSE:
        fail(PQerrorMessage(handle));
      default: // COPY, which has nothing to read from or write to here
        fail("COPY to or from this program is not possible");
    }
    if (rows == nullptr)
      return;
    for (int i = 0; i < PQntuples(result.get()); ++i) {
      auto& row = rows->emplace_back();
      for (int j = 0; j < PQnfields(result.get()); ++j)
        row.push_back(
          PQgetisnull(result.get(), i, j) != 0
            ? std::nullopt
            : std::optional<std::string>{PQgetvalue(result.get(), i, j)});
    }
  }

  std::string comparison(soci::session& session,
                         const json& wanted) const override {
    auto literal = wanted.dump();
    if (wanted.is_string()) {
      const auto text = wanted.get<std::string>();
      const std::unique_ptr<char, decltype(&PQfreemem)> escaped{
        PQescapeLiteral(handle_of(session), text.data(), text.size()),
        PQfreemem};
      if (!escaped)
        fail(PQerrorMessage(handle_of(session)));
      literal = escaped.get();
    }
    return fmt::format("value is not distinct from {}, "
                       "quote_nullable(value)",
                       literal);
  }
};

} // namespace

const dialect& postgresql_dialect() {
  static const postgresql result;
  return result;
}

} // namespace supervisor
