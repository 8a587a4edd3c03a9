#include <foreman/connection_check.hpp>

#include <array>

namespace foreman {

std::string_view to_string(check_step step) noexcept {
  static constexpr std::array<std::string_view, 7> names{
    "open", "reopen_left_transaction", "reopen_aged", "reset", "peek", "ping",
    "pass"};
  const auto index = static_cast<std::size_t>(step);
  return index < names.size() ? names[index] : "unknown";
}

check_step first_step(const connection_facts& facts) noexcept {
  if (!facts.open)
    return check_step::open;
  if (facts.in_transaction)
    return check_step::reopen_left_transaction;
  if (facts.age >= facts.max_age)
    return check_step::reopen_aged;
  if (facts.used_by_another)
    return check_step::reset;
  return check_step::peek;
}

check_step step_after_peek(bool quiet, const connection_facts& facts,
                           const check_options& options) noexcept {
  if (quiet && !facts.suspect && !facts.distrusted
      && facts.unused_for <= options.trust_window
      && options.trust_window.count() > 0)
    return check_step::pass;
  return check_step::ping;
}

clock::duration draw_max_age(const check_options& options,
                             double draw) noexcept {
  const std::chrono::duration<double, std::milli> full{options.max_age};
  return std::chrono::duration_cast<clock::duration>(
    full * (1.0 - options.age_jitter * draw));
}

} // namespace foreman
