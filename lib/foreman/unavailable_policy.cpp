#include <foreman/unavailable_policy.hpp>

#include <array>

namespace foreman {

std::string_view to_string(unavailable_policy policy) noexcept {
  static constexpr std::array<std::string_view, 3> names{"defer", "fail",
                                                         "run_anyway"};
  const auto index = static_cast<std::size_t>(policy);
  return index < names.size() ? names[index] : "unknown";
}

check_consequence
consequence_of(check_verdict::kind what, unavailable_policy policy,
               clock::duration waited, const check_options& options) noexcept {
  using kind = check_verdict::kind;
  if (what == kind::passed)
    return check_consequence::begin;
  // That others are being opened just now is no reason to fail, or to run
  // without; nor does it last.
  if (what == kind::busy)
    return check_consequence::defer;
  if (what != kind::misconfigured && policy == unavailable_policy::defer
      && waited < options.max_deferral)
    return check_consequence::defer;
  return policy == unavailable_policy::run_anyway ? check_consequence::begin
                                                  : check_consequence::fail;
}

} // namespace foreman
