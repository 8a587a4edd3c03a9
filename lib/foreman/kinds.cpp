#include <foreman/kinds.hpp>

#include <fmt/format.h>

#include <utility>

namespace foreman {

expected<void> kinds::add(std::string kind, handler run) {
  if (kind.empty())
    return error{errc::invalid_option,
                 "the name of a kind is empty; it needs at least one byte"};
  if (!run)
    return error{errc::empty_job,
                 fmt::format("the handler of kind {} is empty", kind)};
  if (handlers_.contains(kind))
    return error{errc::invalid_option,
                 fmt::format("kind {} has a handler already", kind)};
  handlers_.emplace(std::move(kind),
                    std::make_shared<const handler>(std::move(run)));
  return {};
}

expected<std::function<expected<void>(job_context&)>>
kinds::body_of(named_job what) const {
  const auto at = handlers_.find(what.kind);
  if (at == handlers_.end())
    return error{
      errc::unknown_kind,
      fmt::format("no handler for kind {}; known are: {}", what.kind, names())};
  return [run = at->second, payload = std::move(what.payload)](
           job_context& context) { return (*run)(context, payload); };
}

std::string kinds::names() const {
  std::string result;
  for (const auto& [kind, run] : handlers_)
    result += (result.empty() ? "" : ", ") + kind;
  return result.empty() ? "none" : result;
}

} // namespace foreman
