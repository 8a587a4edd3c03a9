#include <foreman/kinds.hpp>
#include <foreman/printable.hpp>

#include <fmt/format.h>

#include <utility>

namespace foreman {

expected<void> kinds::add(std::string kind, handler run) {
  if (kind.empty())
    return error{errc::invalid_option,
                 "the name of a kind is empty; it needs at least one byte"};
  if (!run)
    return error{
      errc::empty_job,
      fmt::format("the handler of kind {} is empty", one_line(kind))};
  if (handlers_.contains(kind))
    return error{errc::invalid_option,
                 fmt::format("kind {} has a handler already", one_line(kind))};
  handlers_.emplace(std::move(kind),
                    std::make_shared<const handler>(std::move(run)));
  return {};
}

expected<kinds::body> kinds::body_of(named_job&& what) const {
  const auto at = handlers_.find(what.kind);
  if (at == handlers_.end())
    return error{errc::unknown_kind,
                 fmt::format("no handler for kind {}; known are: {}",
                             one_line(what.kind), names())};
  return body{at->second, std::move(what.payload)};
}

std::string kinds::names() const {
  std::string result;
  for (const auto& [kind, run] : handlers_)
    result += (result.empty() ? "" : ", ") + one_line(kind);
  return result.empty() ? "none" : result;
}

} // namespace foreman
