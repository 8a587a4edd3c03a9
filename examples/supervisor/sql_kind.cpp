#include "sql_kind.hpp"

#include "database_field.hpp"
#include "transaction.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace supervisor {

namespace {

// -- the payload --------------------------------------------------------------

constexpr auto values_allowed = "null, true, false, a number or a string";

const field_list& expectation_fields() {
  static const field_list result{
    {"query",
     {{"type", "string"}, {"description", "one row of one column"}},
     true},
    {"equals",
     {{"type", {"null", "boolean", "number", "string"}},
      {"description", "compared by the database"}},
     true,
     values_allowed,
     [](const json& value, const std::string& path, problems& found) {
       if (value.is_structured())
         found.push_back(fmt::format("{} is {}; allowed is {}", in_quotes(path),
                                     type_of(value), values_allowed));
     }}};
  return result;
}

field_list payload_fields(database_list& databases) {
  return {database_field(databases),
          {"statements",
           {{"type", "array"},
            {"description", "statements, run in order"},
            {"items", {{"type", "string"}}},
            {"minItems", 1}},
           false,
           "an array of strings"},
          {"expect",
           {{"type", "array"},
            {"description", "what queries must give after the statements"},
            {"items", schema_of(expectation_fields())},
            {"minItems", 1}},
           false,
           "an array of objects",
           [](const json& list, const std::string& path, problems& found) {
             for (std::size_t i = 0; i < list.size(); ++i)
               check_fields(list[i], fmt::format("{}[{}]", path, i),
                            expectation_fields(), found);
           }}};
}

void check_statement(const dialect& sql, const json& text,
                     const std::string& path, problems& found) {
  if (!text.is_string())
    found.push_back(fmt::format("{} is {}; allowed is a string",
                                in_quotes(path), type_of(text)));
  else if (const auto one
           = sql.statement_in(text.get_ref<const std::string&>());
           !one)
    found.push_back(
      fmt::format("{} {}", in_quotes(path), one.error().message()));
}

void check_texts(const dialect& sql, const json& payload, problems& found) {
  if (!payload.contains("statements") && !payload.contains("expect"))
    found.emplace_back("\"payload\" has nothing to do; needed is "
                       "\"statements\", \"expect\" or both");
  const auto statements = payload.value("statements", json::array());
  for (std::size_t i = 0; i < statements.size(); ++i)
    check_statement(sql, statements[i],
                    fmt::format("payload.statements[{}]", i), found);
  const auto expect = payload.value("expect", json::array());
  for (std::size_t i = 0; i < expect.size(); ++i)
    check_statement(sql, expect[i]["query"],
                    fmt::format("payload.expect[{}].query", i), found);
}

// -- the job ------------------------------------------------------------------

// Runs the statements of one job.
class sql_job {
public:
  sql_job(foreman::job_context& job, database& on)
    : job_{job}, sql_{*on.sql}, work_{job, on} {}

  void run(const json& payload) {
    for_each_in(payload, "statements", "statement",
                [this](const json& x) { work_.run(statement_in(x), nullptr); });
    for_each_in(payload, "expect", "expectation",
                [this](const json& x) { require(x["query"], x["equals"]); });
    work_.commit();
  }

private:
  std::string statement_in(const json& text) const {
    return std::string{*sql_.statement_in(text.get_ref<const std::string&>())};
  }

  void require(const json& query, const json& wanted) {
    // The database compares. Only PostgreSQL lets a query of more than one
    // column pass. The lines of their own are for a query that ends in a
    // comment.
    text_rows rows;
    sql_.require_storable(wanted, "equals");
    work_.run(fmt::format("with foreman_actual(value) as (\n{}\n) select {}, "
                          "foreman_actual.* from foreman_actual limit 2",
                          statement_in(query),
                          sql_.comparison(work_.session(), wanted)),
              &rows);
    const auto fail = [&](const std::string& what) {
      throw std::runtime_error{
        fmt::format("{} gave {}", query.get_ref<const std::string&>(), what)};
    };
    if (rows.empty())
      fail(fmt::format("no row; expected was {}", wanted.dump()));
    if (const auto columns = rows.front().size() - 2; columns != 1)
      fail(fmt::format("{} columns; expected was one", columns));
    if (const auto& same = rows.front()[0]; same != "1" && same != "t")
      fail(fmt::format("{}; expected was {}", rows.front()[1].value_or("NULL"),
                       wanted.dump()));
    if (rows.size() > 1)
      fail("more than one row; expected was one");
  }

  // Does `step` for each element of a field; an error says which one failed.
  template <class Step>
  void for_each_in(const json& payload, const char* list_name, const char* what,
                   Step step) {
    const auto list = payload.value(list_name, json::array());
    for (std::size_t i = 0; i < list.size(); ++i) {
      job_.throw_if_stopped();
      try {
        step(list[i]);
      } catch (const std::runtime_error& e) {
        throw std::runtime_error{
          fmt::format("{} {} of {}: {}", what, i + 1, list.size(), e.what())};
      }
    }
  }

  foreman::job_context& job_;
  const dialect& sql_;
  transaction work_;
};

} // namespace

kind sql_kind(database_list& databases) {
  return {
    "sql",
    "Runs SQL statements, then compares what queries give; one "
    "transaction, all or nothing.",
    payload_fields(databases),
    [&databases](const json& payload, problems& found) {
      check_texts(*database_of(payload, databases).sql, payload, found);
    },
    [&databases](const json& payload) { return needs_of(payload, databases); },
    [&databases](foreman::job_context& job, const std::string& text) {
      const auto payload = json::parse(text);
      sql_job{job, database_of(payload, databases)}.run(payload);
      return foreman::expected<void>{};
    }};
}

} // namespace supervisor
