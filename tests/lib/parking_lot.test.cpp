#include <foreman/parking_lot.hpp>

#include <support/catch.hpp>

#include <memory>
#include <set>
#include <vector>

using namespace foreman;

TEST_CASE("an object always has the same spot") {
  const int x = 0;
  CHECK(&spot_of(&x) == &spot_of(&x));
}

TEST_CASE("the number of spots is fixed and objects spread over them", "[G9]") {
  std::vector<std::unique_ptr<long[]>> objects;
  std::set<const parking_spot*> spots;
  for (int i = 0; i < 20'000; ++i) {
    objects.push_back(std::make_unique<long[]>(4));
    spots.insert(&spot_of(objects.back().get()));
  }
  CHECK(spots.size() <= 256);
  CHECK(spots.size() > 200);
}
