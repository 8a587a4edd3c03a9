#pragma once

#include <foreman/expected.hpp>

#include <string>
#include <string_view>

namespace example {

/// Where a Redis is and how to get in.
struct redis_address {
  /// A name is looked up at each open, for as long as the system's resolver
  /// takes: give an address where the open deadline must hold.
  std::string host = "127.0.0.1";
  int port = 6379;
  /// Without a password nobody logs in; without a user it is that of the
  /// default user.
  std::string user;
  std::string password;
  /// The number of the database.
  int database = 0;
};

/// Reads `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`; nothing in it is
/// escaped. Anything else is `errc::invalid_option`.
foreman::expected<redis_address> read_redis_address(std::string_view url);

} // namespace example
