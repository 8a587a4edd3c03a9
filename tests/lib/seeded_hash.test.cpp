#include <foreman/project_key.hpp>
#include <foreman/seeded_hash.hpp>

#include <support/catch.hpp>
#include <support/colliding_keys.hpp>

#include <cstring>
#include <functional>
#include <set>
#include <string>

using namespace foreman;

TEST_CASE("the hash of keys is SipHash-1-3") {
  // The reference's own vectors, of the key 00 01 .. 0f, by siphash13 of
  // CPython and Rust.
  std::string key(16, '\0');
  for (int i = 0; i < 16; ++i)
    key[static_cast<std::size_t>(i)] = static_cast<char>(i);
  hash_seed seed;
  std::memcpy(&seed.first, key.data(), 8);
  std::memcpy(&seed.second, key.data() + 8, 8);
  CHECK(seeded_hash("", seed) == 0xabac0158050fc4dcU);
  CHECK(seeded_hash(std::string(1, '\0'), seed) == 0xc9f49bf37d57ca93U);
}

TEST_CASE("keys that are chosen to collide do not", "[G9]") {
  const auto keys = test::colliding_keys(20'000);
  std::set<std::size_t> fixed;
  std::set<std::uint64_t> seeded;
  std::set<std::uint64_t> shards;
  for (const auto& key : keys) {
    REQUIRE(check_project(key));
    fixed.insert(std::hash<std::string_view>{}(key));
    const auto hash = seeded_hash(key, hash_seed::of_process());
    seeded.insert(hash);
    shards.insert(hash >> 56U);
  }
  CHECK(fixed.size() == 1); // it is an attack
  CHECK(seeded.size() == keys.size());
  CHECK(shards.size() == 256);
}

TEST_CASE("another process hashes differently, one always the same") {
  const hash_seed other{1, 2};
  CHECK(seeded_hash("berlin", other) == seeded_hash("berlin", other));
  CHECK(seeded_hash("berlin", other) != seeded_hash("berlin", {1, 3}));
  CHECK(seeded_hash("berlin", other)
        != seeded_hash("berlin", hash_seed::of_process()));
  CHECK(&hash_seed::of_process() == &hash_seed::of_process());
  CHECK(hash_seed::of_process().first != hash_seed::of_process().second);
}
