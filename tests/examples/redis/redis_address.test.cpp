#include "redis/redis_address.hpp"

#include "support/catch.hpp"
#include "support/text.hpp"

#include <string>

namespace foreman::test {

using example::read_redis_address;

TEST_CASE("an address of Redis is read with all that it holds") {
  const auto all = read_redis_address("redis://me:my secret@10.0.0.1:7000/3");
  REQUIRE(all);
  CHECK(all->user == "me");
  CHECK(all->password == "my secret");
  CHECK(all->host == "10.0.0.1");
  CHECK(all->port == 7000);
  CHECK(all->database == 3);
}

TEST_CASE("an address of Redis needs a host only") {
  const auto least = read_redis_address("redis://there");
  REQUIRE(least);
  CHECK(least->host == "there");
  CHECK(least->port == 6379);
  CHECK(least->password.empty());
  CHECK(least->database == 0);
  CHECK(read_redis_address("redis://:secret@there")->user.empty());
}

TEST_CASE("what is no address of Redis is refused without being shown") {
  for (const std::string url :
       {"", "there", "redis://", "http://secret@there", "redis://secret@there",
        "redis://me:@secret", "redis://secret:123456", "redis://secret/x",
        "redis://secret:6379/3/4"}) {
    INFO(url);
    const auto refused = read_redis_address(url);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == errc::invalid_option);
    CHECK(says(refused.error().message(), "allowed is redis://"));
    CHECK_FALSE(says(refused.error().message(), "secret"));
  }
}

} // namespace foreman::test
