#include <foreman/waiting_line.hpp>

#include <utility>

namespace foreman {

waiting_line::place waiting_line::join(endpoint_waiter_ptr who,
                                       time_point until, wait_kind how) {
  const auto which = last_ + 1;
  const auto timed = by_time_.emplace(until, which).first;
  try {
    auto& line = of(how);
    line.emplace_hint(line.end(), which, waiter{std::move(who), until});
  } catch (...) {
    by_time_.erase(timed);
    throw;
  }
  return last_ = which;
}

void waiting_line::move(group& from, group::iterator which,
                        group& to) noexcept {
  by_time_.erase({which->second.until, which->first});
  to.insert(from.extract(which)); // takes no memory
}

void waiting_line::leave(place which, group& to) noexcept {
  for (auto& line : waiting_)
    if (const auto at = line.find(which); at != line.end())
      return move(line, at, to);
}

std::size_t waiting_line::take_due(time_point now, std::size_t most,
                                   group& to) noexcept {
  std::size_t taken = 0;
  for (; taken < most && !by_time_.empty() && by_time_.begin()->first <= now;
       ++taken)
    leave(by_time_.begin()->second, to);
  return taken;
}

std::size_t waiting_line::take_for_news(std::size_t most, group& to) noexcept {
  auto& line = of(wait_kind::for_news);
  std::size_t taken = 0;
  for (; taken < most && !line.empty(); ++taken)
    move(line, line.begin(), to);
  return taken;
}

std::size_t waiting_line::take_first(std::size_t most, group& to) noexcept {
  auto& line = of(wait_kind::in_line);
  auto& news = of(wait_kind::for_news);
  std::size_t taken = 0;
  for (; taken < most && !(line.empty() && news.empty()); ++taken) {
    const bool from_line = news.empty()
      || (!line.empty() && line.begin()->first < news.begin()->first);
    auto& from = from_line ? line : news;
    move(from, from.begin(), to);
  }
  return taken;
}

std::optional<waiting_line::time_point>
waiting_line::next_due() const noexcept {
  if (by_time_.empty())
    return std::nullopt;
  return by_time_.begin()->first;
}

} // namespace foreman
