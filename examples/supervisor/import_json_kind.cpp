#include "import_json_kind.hpp"

#include "database_field.hpp"
#include "identifier.hpp"
#include "parameter.hpp"
#include "text_file.hpp"
#include "transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace supervisor {

namespace {

namespace fs = std::filesystem;

// -- the payload --------------------------------------------------------------

bool is_pointer(const std::string& text) {
  try {
    static_cast<void>(json::json_pointer{text});
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

// Below the folder of the data, by its name. That keeps a job file movable; it
// is no sandbox, as links are followed and SQL can attach other files.
bool is_below(const std::string& file) {
  const fs::path path{file};
  return !file.empty() && file.find('\0') == std::string::npos
    && path.is_relative()
    && std::find(path.begin(), path.end(), "..") == path.end();
}

// A field that is a string of a certain form.
field string_field(const char* name, const char* description,
                   std::string_view allowed,
                   bool (*is_good)(const std::string&)) {
  return {name,
          {{"type", "string"}, {"description", description}},
          true,
          std::string{allowed},
          [allowed, is_good](const json& value, const std::string& path,
                             problems& found) {
            if (!is_good(value.get_ref<const std::string&>()))
              found.push_back(fmt::format("{} is {}; allowed is {}",
                                          in_quotes(path), value.dump(),
                                          allowed));
          }};
}

void check_columns(const json& columns, const std::string& path,
                   problems& found) {
  if (columns.empty())
    found.push_back(fmt::format("{} is empty; needed is at least one column, "
                                "or leave it out",
                                in_quotes(path)));
  std::vector<std::string> names;
  for (const auto& [column, source] : columns.items()) {
    const auto name = in_quotes(path_of(path, column));
    names.push_back(column);
    if (!is_identifier(column))
      found.push_back(fmt::format("{} is no name of a column; allowed are {}",
                                  name, identifier_form));
    if (!source.is_string())
      found.push_back(fmt::format(
        "{} is {}; allowed is a key or a JSON pointer", name, type_of(source)));
    else if (const auto text = source.get<std::string>();
             text.empty() || (text.front() == '/' && !is_pointer(text)))
      found.push_back(
        fmt::format("{} is {}; allowed is a key or a JSON pointer "
                    "such as \"/names/0\"",
                    name, in_quotes(text)));
  }
  if (const auto twice = repeated_identifier(names); !twice.empty())
    found.push_back(fmt::format("{} is there twice, as case does not matter; "
                                "allowed is once",
                                in_quotes(path_of(path, twice))));
}

field_list payload_fields(database_list& databases) {
  return {
    database_field(databases),
    string_field("file", "a JSON file below the folder of --data",
                 "a path below the folder of --data, without ..", is_below),
    string_field("pointer", "where in it the array of objects is",
                 "a JSON pointer such as \"/items\", or \"\" for the whole "
                 "file",
                 is_pointer),
    string_field("table", "a table that is there", identifier_form,
                 [](const std::string& name) { return is_identifier(name); }),
    {"columns",
     {{"type", "object"},
      {"description",
       "the key or JSON pointer of each column; default: each "
       "key is a column"},
      {"additionalProperties", {{"type", "string"}}}},
     false,
     {},
     check_columns}};
}

// -- the job ------------------------------------------------------------------

[[noreturn]] void fail(const std::string& why) {
  throw std::runtime_error{why};
}

json read_document(const fs::path& file) {
  const auto content = read_file(file);
  if (!content)
    fail(content.error().message());
  auto parsed = parse_json(*content);
  if (!parsed)
    fail(fmt::format("{}: {}", file.string(), parsed.error().message()));
  return *std::move(parsed);
}

// The array of objects in `document`; messages call an element by its pointer.
const json& objects_in(const json& document, const std::string& pointer,
                       const std::string& file) {
  const json::json_pointer where{pointer};
  if (!document.contains(where))
    fail(fmt::format("{} has no {}", file, pointer));
  const auto& result = document.at(where);
  if (!result.is_array())
    fail(fmt::format("{} of {} is {}; needed is an array of objects",
                     in_quotes(pointer), file, type_of(result)));
  for (std::size_t i = 0; i < result.size(); ++i)
    if (!result[i].is_object())
      fail(fmt::format("{}/{} of {} is {}; needed is an object", pointer, i,
                       file, type_of(result[i])));
  return result;
}

// A column and where in an object its value is.
struct column {
  std::string name;
  json::json_pointer source;
};

json::json_pointer pointer_to_key(const std::string& key) {
  return json::json_pointer{} / key;
}

std::vector<column> named_columns(const json& columns) {
  std::vector<column> result;
  for (const auto& [name, source] : columns.items()) {
    const auto& text = source.get_ref<const std::string&>();
    result.push_back(
      {name,
       text.front() == '/' ? json::json_pointer{text} : pointer_to_key(text)});
  }
  return result;
}

std::vector<column> columns_of(const json& objects, const std::string& file) {
  std::set<std::string> keys;
  for (const auto& object : objects)
    for (const auto& [key, value] : object.items())
      keys.insert(key);
  if (const auto twice = repeated_identifier({keys.begin(), keys.end()});
      !twice.empty())
    fail(fmt::format("{} has the key {} in another case as well; name the "
                     "columns in \"columns\"",
                     file, in_quotes(twice)));
  std::vector<column> result;
  for (const auto& key : keys) {
    if (!is_identifier(key))
      fail(fmt::format("{} has the key {}, which is no name of a column; name "
                       "the columns in \"columns\"",
                       file, in_quotes(key)));
    result.push_back({key, pointer_to_key(key)});
  }
  if (result.empty())
    fail(fmt::format("no object of {} has a key", file));
  return result;
}

std::string insert_text(const dialect& sql, const std::string& table,
                        const std::vector<column>& columns) {
  std::string names;
  std::string values;
  for (const auto& x : columns) {
    const auto* const comma = names.empty() ? "" : ", ";
    names += comma + sql.quoted_identifier(x.name);
    values += fmt::format("{}:{}", comma, x.name);
  }
  return fmt::format("insert into {} ({}) values ({})",
                     sql.quoted_identifier(table), names, values);
}

// Inserts objects as rows. The statement is prepared once; its parameters are
// bound anew for each row, as the type of a value may change from row to row.
class row_inserter {
public:
  row_inserter(soci::session& session, const dialect& sql,
               const std::string& table, std::vector<column> columns)
    : sql_{sql},
      columns_{std::move(columns)},
      values_(columns_.size()),
      insert_{session} {
    insert_.alloc();
    insert_.prepare(insert_text(sql, table, columns_));
  }

  void insert(const json& object) {
    static const json missing;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto& source = columns_[i].source;
      const auto& value = object.contains(source) ? object.at(source) : missing;
      sql_.require_storable(value, columns_[i].name);
      values_[i].assign(value);
      values_[i].bind(insert_);
    }
    insert_.define_and_bind();
    insert_.execute(true);
    insert_.bind_clean_up();
  }

private:
  const dialect& sql_;
  std::vector<column> columns_;
  std::vector<parameter> values_;
  soci::statement insert_;
};

void insert_all(const foreman::job_context& job, row_inserter& table,
                const json& objects, const std::string& pointer,
                const std::string& file) {
  for (std::size_t i = 0; i < objects.size(); ++i) {
    job.throw_if_stopped();
    const auto fail_row = [&](const std::string& why) {
      fail(fmt::format("{}/{} of {}: {}", pointer, i, file, why));
    };
    try {
      table.insert(objects[i]);
    } catch (const soci::soci_error& e) {
      fail_row(message_of(e));
    } catch (const std::runtime_error& e) {
      fail_row(e.what());
    }
  }
}

foreman::expected<void> run(foreman::job_context& job, const json& payload,
                            const fs::path& data, database& on) {
  const auto path = data / payload["file"].get<std::string>();
  const auto file = path.string();
  const auto pointer = payload["pointer"].get<std::string>();
  const auto table = payload["table"].get<std::string>();
  // All that needs no database comes before the turn is taken.
  const auto document = read_document(path);
  const auto& objects = objects_in(document, pointer, file);
  if (objects.empty())
    return {};
  auto columns = payload.contains("columns") ? named_columns(payload["columns"])
                                             : columns_of(objects, file);
  transaction work{job, on};
  try {
    row_inserter rows{work.session(), *on.sql, table, std::move(columns)};
    insert_all(job, rows, objects, pointer, file);
  } catch (const soci::soci_error& e) {
    fail(message_of(e));
  }
  work.commit();
  return {};
}

} // namespace

kind import_json_kind(fs::path data, database_list& databases) {
  return {
    "import-json",
    "Turns the objects of an array in a JSON file into rows of a table; "
    "one transaction, all or nothing.",
    payload_fields(databases),
    {},
    [&databases](const json& payload) { return needs_of(payload, databases); },
    [data = std::move(data), &databases](foreman::job_context& job,
                                         const std::string& text) {
      const auto payload = json::parse(text);
      return run(job, payload, data, database_of(payload, databases));
    }};
}

} // namespace supervisor
