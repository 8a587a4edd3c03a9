#include <foreman/actors/interfaces.hpp>

namespace foreman::actors {

error to_error(const caf::error& why) {
  if (const auto code = compat::error_code<errc>(why)) {
    const auto& context = why.context();
    if (context.match_elements<std::string>())
      return {*code, context.get_as<std::string>(0)};
    return {*code};
  }
  return {errc::unavailable, "the actor did not answer: " + to_string(why)};
}

caf::error to_caf_error(const error& why) {
  return caf::make_error(why.code(), why.message());
}

} // namespace foreman::actors
