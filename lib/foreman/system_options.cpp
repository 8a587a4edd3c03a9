#include <foreman/range.hpp>
#include <foreman/system_options.hpp>

namespace foreman {

namespace {

expected<void> check_connections(const connection_factories& connections) {
  if (auto ok = check_range<std::size_t>(
        "the number of connections", connections.size(), 0, max_connections);
      !ok)
    return ok;
  for (const auto& [name, make] : connections) {
    if (name.empty())
      return error{errc::invalid_option,
                   "connections has an empty name; give each a name by which "
                   "jobs ask for it"};
    if (!make)
      return error{errc::invalid_option,
                   fmt::format("connections[{}] is an empty factory", name)};
  }
  return {};
}

expected<void> check_sources(const system_options& options) {
  if (!options.log)
    return error{errc::invalid_option,
                 "log is empty; give a function that does nothing to have no "
                 "log"};
  if (options.time == nullptr)
    return error{errc::invalid_option, "time is null; allowed is any clock"};
  return {};
}

} // namespace

expected<void> validate(const system_options& options) {
  using std::size_t;
  using std::chrono::nanoseconds;
  constexpr nanoseconds least = std::chrono::microseconds{1};
  constexpr nanoseconds hour = std::chrono::hours{1};
  for (const auto& ok :
       {check_range<size_t>("workers", options.workers, 1, 65'536),
        check_range<size_t>("max.per_project", options.max.per_project, 1,
                            max_limit),
        check_range<size_t>("max.total", options.max.total, 1, max_limit),
        check_range<size_t>("turn_jobs", options.turn_jobs, 1, 1'000'000),
        check_range("turn_time", options.turn_time, least, hour),
        check_drain(options.drain_deadline, options.at_deadline,
                    "drain_deadline"),
        validate(options.check), check_connections(options.connections),
        check_sources(options)})
    if (!ok)
      return ok;
  return {};
}

} // namespace foreman
