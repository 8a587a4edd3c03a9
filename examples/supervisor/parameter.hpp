#pragma once

#include "json.hpp"

#include <soci/soci.h>

#include <string>
#include <variant>

namespace supervisor {

/// A JSON value as a parameter of a SQL statement: null as NULL, true and false
/// as 1 and 0, numbers and strings as they are, arrays and objects as JSON
/// text.
class parameter {
public:
  /// Throws `std::runtime_error` for a whole number beyond 64 bits with sign,
  /// which no column could hold.
  void assign(const json& value);

  /// Adds it to what `statement` takes; it must stay where it is until the
  /// statement has run.
  void bind(soci::statement& statement);

private:
  std::variant<std::string, long long, double> value_;
  soci::indicator indicator_ = soci::i_null;
};

} // namespace supervisor
