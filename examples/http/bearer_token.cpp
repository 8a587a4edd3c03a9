#include "http/bearer_token.hpp"

#include "http/json_answer.hpp"

#include <cstddef>
#include <utility>

namespace example {

bool is_same(std::string_view given, std::string_view secret) noexcept {
  std::size_t difference = given.size() ^ secret.size();
  for (std::size_t i = 0; i < given.size(); ++i)
    difference
      |= static_cast<unsigned char>(given[i] ^ secret[i % secret.size()]);
  return difference == 0;
}

httplib::Server::Handler behind(const std::string& token,
                                httplib::Server::Handler next) {
  return [secret = "Bearer " + token, next = std::move(next)](
           const httplib::Request& in, httplib::Response& out) {
    const auto given = in.get_header_value("Authorization");
    if (given.empty()) {
      out.set_header("WWW-Authenticate", "Bearer");
      answer(out, 401, {{"error", "send Authorization: Bearer TOKEN"}});
    } else if (!is_same(given, secret)) {
      answer(out, 403, {{"error", "that token is not the one of this host"}});
    } else {
      next(in, out);
    }
  };
}

} // namespace example
