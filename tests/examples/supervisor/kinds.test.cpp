#include "jobs.hpp"
#include "program.hpp"

namespace foreman::test {

namespace {

using nlohmann::json;

process_result kinds_of(const program& supervisor) {
  const auto running = supervisor.start({"kinds"});
  return running->wait();
}

// A value that the schema of a field allows.
json example_of(const std::string& name, const json& schema) {
  static const json examples{
    {"database", "main"},
    {"file", "data.json"},
    {"pointer", ""},
    {"table", "t"},
    {"columns", {{"x", "x"}}},
    {"command", {"true"}},
    {"directory", "."},
    {"environment", {{"A", "B"}}},
    {"timeout_seconds", 1},
    {"statements", {"select 1"}},
    {"expect", {{{"query", "select 1"}, {"equals", 1}}}}};
  INFO(name << " " << schema);
  REQUIRE(examples.contains(name));
  return examples[name];
}

} // namespace

TEST_CASE("the kinds are printed with schemas that their jobs are checked by") {
  const program supervisor;
  const auto printed = kinds_of(supervisor);
  CHECK(printed.exit_code == 0);
  const auto kinds = json::parse(printed.out);
  REQUIRE(kinds.size() == 3);
  for (const auto& [name, schema] : kinds.items()) {
    INFO(name);
    CHECK(schema["type"] == "object");
    CHECK(schema["additionalProperties"] == false);
    CHECK_FALSE(schema["description"].get<std::string>().empty());
    // All fields together are allowed, each required one is missed, and each of
    // another type is refused.
    json all;
    for (const auto& [field, of_field] : schema["properties"].items()) {
      CHECK_FALSE(of_field["description"].get<std::string>().empty());
      all[field] = example_of(field, of_field);
    }
    const auto problems_of = [&, &kind = name](const json& payload) {
      supervisor.folder().write("jobs.jsonl",
                                job_line("p", kind, payload) + "nonsense\n");
      return supervisor.run({"jobs.jsonl"}).err;
    };
    CHECK(problems_of(all).find("jobs.jsonl:1") == std::string::npos);
    for (const auto& field : schema.value("required", json::array())) {
      auto without = all;
      without.erase(field.get<std::string>());
      CHECK_THAT(problems_of(without),
                 Catch::Matchers::StartsWith("jobs.jsonl:1: \"payload."
                                             + field.get<std::string>()
                                             + "\" is missing; needed is "));
    }
    for (const auto& [field, of_field] : schema["properties"].items()) {
      auto wrong = all;
      wrong[field] = of_field["type"] == "object" ? json(1) : json::object();
      CHECK_THAT(problems_of(wrong),
                 Catch::Matchers::StartsWith("jobs.jsonl:1: \"payload." + field
                                             + "\" is "));
    }
  }
}

} // namespace foreman::test
