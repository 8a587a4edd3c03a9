#include "parameter.hpp"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

namespace supervisor {

namespace {

long long to_integer(const json& value) {
  if (value.is_number_unsigned()
      && value.get<std::uint64_t>()
        > static_cast<std::uint64_t>(std::numeric_limits<long long>::max()))
    throw std::runtime_error{
      fmt::format("{} is beyond the largest whole number of SQL, {}",
                  value.dump(), std::numeric_limits<long long>::max())};
  return value.get<long long>();
}

} // namespace

void parameter::assign(const json& value) {
  indicator_ = value.is_null() ? soci::i_null : soci::i_ok;
  if (value.is_null())
    value_ = std::string{};
  else if (value.is_string())
    value_ = value.get_ref<const std::string&>();
  else if (value.is_boolean())
    value_ = value.get<bool>() ? 1LL : 0LL;
  else if (value.is_number_float())
    value_ = value.get<double>();
  else if (value.is_number())
    value_ = to_integer(value);
  else
    value_ = value.dump();
}

void parameter::bind(soci::statement& statement) {
  std::visit([&](auto& x) { statement.exchange(soci::use(x, indicator_)); },
             value_);
}

} // namespace supervisor
