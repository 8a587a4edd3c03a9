#include <foreman/resting.hpp>

#include <support/catch.hpp>

#include <atomic>
#include <memory>
#include <vector>

using foreman::resting;
using namespace std::chrono_literals;

namespace {

struct one {
  std::atomic<foreman::clock::time_point> rests_since;
};

using who = std::shared_ptr<one>;

constexpr foreman::clock::time_point start{1h};

who since(foreman::clock::time_point when) {
  auto result = std::make_shared<one>();
  result->rests_since = when;
  return result;
}

} // namespace

TEST_CASE("the first half of those who rest stay") {
  resting<who> all{4};
  const auto a = since(start);
  const auto b = since(start);
  REQUIRE(all.push(a));
  REQUIRE(all.push(b));
  CHECK_FALSE(all.pop(start + 1s));
}

TEST_CASE("of more than half, the one that came last does something else") {
  resting<who> all{4};
  std::vector<who> came;
  for (int i = 0; i < 4; ++i) {
    came.push_back(since(start));
    REQUIRE(all.push(came.back()));
  }
  CHECK_FALSE(all.push(since(start))); // no room
  CHECK(all.pop(start) == came[3]);
  CHECK(all.pop(start) == came[2]);
  CHECK_FALSE(all.pop(start));
}

TEST_CASE("one that has rested for long does something else first") {
  resting<who> all{8};
  const auto old = since(start);
  const auto late = since(start + 2min);
  REQUIRE(all.push(late));
  REQUIRE(all.push(old));
  REQUIRE(all.push(late));
  // Found when its turn to be looked at comes.
  CHECK_FALSE(all.pop(start + 2min));
  CHECK(all.pop(start + 2min) == old);
  for (int i = 0; i < 5; ++i)
    CHECK_FALSE(all.pop(start + 2min));
}

TEST_CASE("one that is gone is not asked") {
  resting<who> all{1};
  const auto gone = since(start);
  REQUIRE(all.push(gone));
  all.erase(gone);
  CHECK_FALSE(all.pop(start));
  REQUIRE(all.push(gone)); // there is room again
  all.clear();
  CHECK_FALSE(all.pop(start));
}

TEST_CASE("without room nobody rests") {
  resting<who> all{0};
  CHECK_FALSE(all.push(since(start)));
  CHECK_FALSE(all.pop(start));
}
