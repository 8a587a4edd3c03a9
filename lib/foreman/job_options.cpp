#include <foreman/job_options.hpp>
#include <foreman/range.hpp>

#include <fmt/format.h>

namespace foreman {

expected<void> validate(const job_options& options) {
  if (auto ok
      = check_range("priority", options.priority, min_priority, max_priority);
      !ok)
    return ok;
  if (options.admit != admission::queue && options.admit != admission::if_idle)
    return error{errc::invalid_option,
                 fmt::format("admit is {}; allowed are queue and if_idle",
                             static_cast<int>(options.admit))};
  if (options.if_unavailable > unavailable_policy::run_anyway)
    return error{
      errc::invalid_option,
      fmt::format("if_unavailable is {}; allowed are defer, fail and "
                  "run_anyway",
                  static_cast<int>(options.if_unavailable))};
  return {};
}

} // namespace foreman
