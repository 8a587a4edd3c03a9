#include "sql_kind.hpp"

#include "parameter.hpp"
#include "sql_text.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace supervisor {

namespace {

// -- the payload --------------------------------------------------------------

void validate_text(const json& text, const std::string& path, problems& found) {
  if (!text.is_string())
    found.push_back(
      fmt::format("{} is {}; allowed is a string", path, type_of(text)));
  else if (const auto one = one_statement(text.get_ref<const std::string&>());
           !one)
    found.push_back(fmt::format("{} {}", path, one.error().message()));
}

void validate_expectation(const json& expectation, const std::string& name,
                          problems& found) {
  fields read{expectation, name, {"query", "equals"}, found};
  if (const auto* query
      = read.required("query", json::value_t::string, "a string"))
    validate_text(*query, read.path("query"), found);
  if (!expectation.is_object())
    return;
  constexpr auto needed = "null, true, false, a number or a string";
  const auto equals = expectation.find("equals");
  if (equals == expectation.end())
    found.push_back(
      fmt::format("{} is missing; needed is {}", read.path("equals"), needed));
  else if (equals->is_structured())
    found.push_back(fmt::format("{} is {}; allowed is {}", read.path("equals"),
                                type_of(*equals), needed));
}

void validate(const json& payload, problems& found) {
  fields read{payload, "payload", {"statements", "expect"}, found};
  const auto* statements
    = read.optional("statements", json::value_t::array, "an array of strings");
  const auto* expect
    = read.optional("expect", json::value_t::array, "an array of objects");
  if (!payload.contains("statements") && !payload.contains("expect"))
    found.emplace_back("\"payload\" has nothing to do; needed is "
                       "\"statements\", \"expect\" or both");
  for (const auto* list : {statements, expect})
    if (list != nullptr && list->empty())
      found.push_back(
        fmt::format("{} is empty; needed is at least one element",
                    read.path(list == statements ? "statements" : "expect")));
  if (statements != nullptr)
    for (std::size_t i = 0; i < statements->size(); ++i)
      validate_text((*statements)[i],
                    read.path(fmt::format("statements[{}]", i)), found);
  if (expect != nullptr)
    for (std::size_t i = 0; i < expect->size(); ++i)
      validate_expectation((*expect)[i], fmt::format("payload.expect[{}]", i),
                           found);
}

// -- the job ------------------------------------------------------------------

void execute(soci::session& session, const std::string& statement) {
  session << std::string{*one_statement(statement)};
}

void require(soci::session& session, const std::string& query,
             const json& wanted) {
  parameter equals;
  equals.assign(wanted);
  int same = 0;
  std::string shown;
  soci::statement compare{session};
  compare.alloc();
  // The database compares, by its own rules; a query of more than one column is
  // an error here. The lines of their own are for a query that ends in a
  // comment.
  compare.prepare(fmt::format("with foreman_actual(value) as (\n{}\n) select "
                              "value is :wanted, quote(value) from "
                              "foreman_actual limit 2",
                              *one_statement(query)));
  equals.bind(compare);
  compare.exchange(soci::into(same));
  compare.exchange(soci::into(shown));
  compare.define_and_bind();
  if (!compare.execute(true))
    throw std::runtime_error{
      fmt::format("{} gave no row; expected was {}", query, wanted.dump())};
  if (same == 0)
    throw std::runtime_error{
      fmt::format("{} gave {}; expected was {}", query, shown, wanted.dump())};
  if (compare.fetch())
    throw std::runtime_error{
      fmt::format("{} gave more than one row; expected was one", query)};
}

// Does `step` for each element of a field; an error says which one failed.
template <class Step>
void for_each_in(const foreman::job_context& job, const json& payload,
                 const char* field, const char* what, Step step) {
  const auto list = payload.value(field, json::array());
  for (std::size_t i = 0; i < list.size(); ++i) {
    job.throw_if_stopped();
    const auto fail = [&](const std::string& why) {
      throw std::runtime_error{
        fmt::format("{} {} of {}: {}", what, i + 1, list.size(), why)};
    };
    try {
      step(list[i]);
    } catch (const soci::soci_error& e) {
      fail(message_of(e));
    } catch (const std::runtime_error& e) {
      fail(e.what());
    }
  }
}

foreman::expected<void> run(foreman::job_context& job, const json& payload,
                            write_turn& turn) {
  transaction work{job, turn};
  for_each_in(job, payload, "statements", "statement", [&](const json& x) {
    execute(work.session(), x.get_ref<const std::string&>());
  });
  for_each_in(job, payload, "expect", "expectation", [&](const json& x) {
    require(work.session(), x["query"].get_ref<const std::string&>(),
            x["equals"]);
  });
  work.commit();
  return {};
}

} // namespace

kind sql_kind(write_turn& turn) {
  return {"sql", validate,
          [&turn](foreman::job_context& job, const std::string& payload) {
            return run(job, json::parse(payload), turn);
          }};
}

} // namespace supervisor
