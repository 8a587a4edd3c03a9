#include "kinds_of_jobs.hpp"

#include "import_json_kind.hpp"
#include "sql_kind.hpp"

namespace supervisor {

kind_table kinds_of_jobs(const command_settings& settings,
                         database_list& databases) {
  return {
    command_kind(settings),
    import_json_kind(settings.data, databases),
    sql_kind(databases),
  };
}

std::string describe_kinds() {
  database_list none;
  json result;
  for (const auto& x : kinds_of_jobs({}, none)) {
    auto schema = schema_of(x.payload);
    schema["description"] = x.purpose;
    result[x.name] = std::move(schema);
  }
  return result.dump(2);
}

} // namespace supervisor
