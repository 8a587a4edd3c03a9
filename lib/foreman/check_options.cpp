#include <foreman/check_options.hpp>
#include <foreman/range.hpp>

#include <fmt/format.h>

#include <array>

namespace foreman {

std::string_view to_string(session_reset when) noexcept {
  static constexpr std::array<std::string_view, 3> names{
    "always", "between_projects", "never"};
  const auto index = static_cast<std::size_t>(when);
  return index < names.size() ? names[index] : "unknown";
}

expected<void> validate(const check_options& options) {
  using std::chrono::milliseconds;
  constexpr milliseconds least{1};
  constexpr milliseconds hour{3'600'000};
  constexpr milliseconds year = hour * 24 * 365;
  for (const auto& ok :
       {check_range("check.open_deadline", options.open_deadline, least, hour),
        check_range("check.ping_deadline", options.ping_deadline, least, hour),
        check_range("check.budget", options.budget, least, hour),
        check_range("check.max_age", options.max_age, least, year),
        check_range("check.age_jitter", options.age_jitter, 0.0, 1.0),
        check_range("check.trust_window", options.trust_window, milliseconds{},
                    hour),
        check_range<std::size_t>("check.max_opens", options.max_opens, 1,
                                 65'536),
        check_range("check.first_backoff", options.first_backoff,
                    milliseconds{}, hour),
        check_range<std::size_t>("check.break_after", options.break_after, 1,
                                 1'000),
        check_range("check.min_break", options.min_break, least, hour),
        check_range("check.max_break", options.max_break, options.min_break,
                    hour),
        check_range("check.max_deferral", options.max_deferral, milliseconds{},
                    year)})
    if (!ok)
      return ok;
  if (options.reset > session_reset::never)
    return error{errc::invalid_option,
                 fmt::format("check.reset is {}; allowed are always, "
                             "between_projects and never",
                             static_cast<int>(options.reset))};
  return {};
}

} // namespace foreman
