#pragma once

#include "kind.hpp"
#include "transaction.hpp"

namespace supervisor {

/// The kind `sql`: statements, and what queries are expected to give after
/// them, in one transaction: all or nothing.
///
///     {"statements": ["insert into t values (1)"],
///      "expect": [{"query": "select count(*) from t", "equals": 1}]}
///
/// One of the two fields may be missing. An expectation that is not met fails
/// the job and takes its statements back.
kind sql_kind(write_turn& turn);

} // namespace supervisor
