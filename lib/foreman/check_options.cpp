#include <foreman/check_options.hpp>
#include <foreman/range.hpp>

namespace foreman {

expected<void> validate(const check_options& options) {
  using std::chrono::milliseconds;
  constexpr milliseconds least{1};
  constexpr milliseconds hour{3'600'000};
  constexpr milliseconds year = hour * 24 * 365;
  if (auto ok
      = check_range("check.open_deadline", options.open_deadline, least, hour);
      !ok)
    return ok;
  if (auto ok
      = check_range("check.ping_deadline", options.ping_deadline, least, hour);
      !ok)
    return ok;
  if (auto ok = check_range("check.max_age", options.max_age, least, year); !ok)
    return ok;
  if (auto ok = check_range("check.age_jitter", options.age_jitter, 0.0, 1.0);
      !ok)
    return ok;
  return check_range("check.trust_window", options.trust_window, milliseconds{},
                     hour);
}

} // namespace foreman
