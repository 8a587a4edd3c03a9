#include <foreman/endpoints.hpp>
#include <foreman/printable.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace foreman {

endpoints::endpoints(const connection_factories& factories,
                     const check_options& options, const clock& time,
                     const std::function<double()>& random,
                     const log_function& log, std::size_t most_under_way) {
  all_.reserve(factories.size());
  for (const auto& [name, make] : factories)
    all_.push_back(std::make_shared<endpoint>(name, all_.size(), options, time,
                                              random, log, most_under_way));
}

expected<connection_mask>
endpoints::mask_of(const connection_needs& needs) const {
  if (needs.all())
    return all_connections;
  connection_mask result = 0;
  for (const auto& name : needs.names()) {
    const auto at = std::find_if(all_.begin(), all_.end(), [&](const auto& x) {
      return x->name() == name;
    });
    if (at == all_.end())
      return error{errc::unknown_connection,
                   fmt::format("a job needs connection {}; configured are: {}",
                               one_line(name), names())};
    result |= connection_mask{1} << static_cast<unsigned>(at - all_.begin());
  }
  return result;
}

std::string endpoints::names(connection_mask which) const {
  std::string result;
  for (const auto& x : all_) {
    if ((which & 1U) != 0)
      result += (result.empty() ? "" : ", ") + x->name();
    which >>= 1U;
  }
  return result.empty() ? "none" : result;
}

std::vector<connection_status> endpoints::status() const {
  std::vector<connection_status> result;
  result.reserve(all_.size());
  for (const auto& x : all_)
    result.push_back(x->status());
  return result;
}

} // namespace foreman
