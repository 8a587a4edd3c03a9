#pragma once

#include "database.hpp"
#include "kind.hpp"

#include <filesystem>

namespace supervisor {

/// The kind `import-json`: the objects of an array inside a JSON file become
/// rows of a table that is there already, in one transaction: all or nothing.
///
///     {"file": "iso_4217.json", "pointer": "/4217", "table": "currency",
///      "columns": {"code": "alpha_3", "name": "/name"}}
///
/// `file` is below `data`. `columns` says for each column which key of an
/// object, or which JSON pointer into it, has the value; without it, each key
/// that any object has is a column. What an object lacks is NULL.
/// `databases` must outlive the kind.
kind import_json_kind(std::filesystem::path data, database_list& databases);

} // namespace supervisor
