#pragma once

#include "database.hpp"
#include "kind.hpp"

namespace supervisor {

/// The kind `sql`: statements and, after them, what queries must give, in one
/// transaction: all or nothing.
///
///     {"statements": ["create table t (x integer)"],
///      "expect": [{"query": "select count(*) from t", "equals": 0}]}
///
/// `databases` must outlive the kind.
kind sql_kind(database_list& databases);

} // namespace supervisor
