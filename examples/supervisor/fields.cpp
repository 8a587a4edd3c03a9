#include "fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace supervisor {

fields::fields(const json& object, std::string name,
               std::initializer_list<std::string_view> allowed, problems& found)
  : name_{std::move(name)}, found_{&found} {
  if (!object.is_object()) {
    found_->push_back(fmt::format("{} is {}; allowed is an object",
                                  name_.empty() ? "the line" : in_quotes(name_),
                                  type_of(object)));
    return;
  }
  object_ = &object;
  std::string names;
  for (const auto key : allowed)
    names += (names.empty() ? "" : ", ") + in_quotes(key);
  for (const auto& [key, value] : object.items())
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end())
      found_->push_back(
        fmt::format("unknown key {}; allowed are {}", path(key), names));
}

const json* fields::required(std::string_view key, json::value_t type,
                             std::string_view needed) {
  if (object_ != nullptr && !object_->contains(key))
    found_->push_back(
      fmt::format("{} is missing; needed is {}", path(key), needed));
  return optional(key, type, needed);
}

const json* fields::optional(std::string_view key, json::value_t type,
                             std::string_view needed) {
  if (object_ == nullptr)
    return nullptr;
  const auto at = object_->find(key);
  if (at == object_->end())
    return nullptr;
  if (at->type() == type)
    return &*at;
  found_->push_back(
    fmt::format("{} is {}; allowed is {}", path(key), type_of(*at), needed));
  return nullptr;
}

std::string fields::path(std::string_view key) const {
  return in_quotes(name_.empty() ? std::string{key}
                                 : fmt::format("{}.{}", name_, key));
}

} // namespace supervisor
