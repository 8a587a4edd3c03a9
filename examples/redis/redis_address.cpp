#include "redis/redis_address.hpp"

#include <regex>

namespace example {

foreman::expected<redis_address> read_redis_address(std::string_view url) {
  static const std::regex form{
    R"(redis://(?:([^:@/]*):([^@/]+)@)?([^:@/]+)(?::(\d{1,5}))?(?:/(\d{1,5}))?)"};
  std::match_results<std::string_view::const_iterator> part;
  // What was given is not shown: it may hold a password.
  if (!std::regex_match(url.begin(), url.end(), part, form))
    return foreman::error{foreman::errc::invalid_option,
                          "the address of Redis cannot be read; allowed is "
                          "redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]"};
  redis_address result;
  result.user = part[1];
  result.password = part[2];
  result.host = part[3];
  if (part[4].matched)
    result.port = std::stoi(part[4]);
  if (part[5].matched)
    result.database = std::stoi(part[5]);
  return result;
}

} // namespace example
