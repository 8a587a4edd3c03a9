#include <foreman/breaker.hpp>

#include <algorithm>
#include <array>

namespace foreman {

namespace {

using fraction = std::chrono::duration<double>;

// 2^times of `first`, at most `most`.
fraction doubled(fraction first, std::size_t times, fraction most) noexcept {
  for (; times > 0 && first < most; --times)
    first *= 2;
  return std::min(first, most);
}

} // namespace

clock::duration backoff(const check_options& options, std::size_t failures,
                        double draw) noexcept {
  fraction pause{};
  if (failures >= options.break_after) {
    const fraction least = options.min_break;
    const auto most
      = doubled(least, failures - options.break_after, options.max_break);
    pause = least + draw * (most - least);
  } else if (failures > 0) {
    pause
      = draw * doubled(options.first_backoff, failures - 1, options.max_break);
  }
  return std::chrono::ceil<clock::duration>(pause);
}

std::string_view to_string(breaker_state state) noexcept {
  static constexpr std::array<std::string_view, 3> names{"closed", "open",
                                                         "half_open"};
  const auto index = static_cast<std::size_t>(state);
  return index < names.size() ? names[index] : "unknown";
}

breaker_state breaker::state(time_point now) const noexcept {
  if (!is_tripped())
    return breaker_state::closed;
  return now < retry_at_ ? breaker_state::open : breaker_state::half_open;
}

std::size_t breaker::may_begin(time_point now) const noexcept {
  if (now < retry_at_)
    return 0;
  const std::size_t at_once = is_tripped() ? 1 : options_.max_opens;
  return at_once - std::min(at_once, opening_);
}

breaker::permit breaker::ask(time_point now) noexcept {
  if (may_begin(now) != 0) {
    ++opening_;
    return permit::granted;
  }
  return is_tripped() || now < retry_at_ ? permit::refused : permit::busy;
}

void breaker::succeeded() noexcept {
  --opening_;
  failures_ = 0;
  retry_at_ = time_point::min();
}

void breaker::failed(time_point now, double draw) noexcept {
  --opening_;
  ++failures_;
  retry_at_ = now + backoff(options_, failures_, draw);
}

} // namespace foreman
