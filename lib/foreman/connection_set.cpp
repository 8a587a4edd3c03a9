#include <foreman/connection_set.hpp>

#include <fmt/format.h>

#include <utility>

namespace foreman {

connection_set::connection_set(const connection_factories& factories,
                               const check_options& options, const clock& time,
                               const std::function<double()>& random,
                               const log_function& log) {
  connections_.reserve(factories.size());
  for (const auto& [name, make] : factories) {
    auto made = make();
    if (!made)
      throw exception{
        {errc::invalid_option,
         fmt::format("the factory of connection {} made none", name)}};
    connections_.emplace_back(name, std::move(made), options, time, random,
                              log);
  }
}

expected<void> connection_set::check() {
  for (auto& x : connections_)
    if (auto ok = x.check(); !ok)
      return ok;
  return {};
}

void connection_set::used(bool job_succeeded) {
  for (auto& x : connections_)
    x.used(job_succeeded);
}

checked_connection* connection_set::find(std::string_view name) noexcept {
  for (auto& x : connections_)
    if (x.name() == name)
      return &x;
  return nullptr;
}

std::string connection_set::names() const {
  std::string result;
  for (const auto& x : connections_)
    result += (result.empty() ? "" : ", ") + x.name();
  return result.empty() ? "none" : result;
}

} // namespace foreman
