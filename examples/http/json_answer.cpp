#include "http/json_answer.hpp"

namespace example {

void answer(httplib::Response& to, int status, const nlohmann::json& what) {
  constexpr auto replace = nlohmann::json::error_handler_t::replace;
  to.status = status;
  to.set_content(what.dump(-1, ' ', false, replace) + "\n", "application/json");
}

} // namespace example
