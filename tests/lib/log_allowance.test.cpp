#include <foreman/log_allowance.hpp>

#include <support/catch.hpp>

using namespace foreman;
using namespace std::chrono_literals;

TEST_CASE("a burst of lines is written, then one each time, and none is lost",
          "[G9]") {
  const clock::time_point start{1h};
  log_allowance x{3, 10ms};
  for (int i = 0; i < 3; ++i)
    CHECK(x.take(start) == 0U);
  CHECK_FALSE(x.take(start));
  CHECK_FALSE(x.take(start + 9ms));
  CHECK(x.take(start + 10ms) == 2U);
  CHECK_FALSE(x.take(start + 19ms));
  CHECK(x.take(start + 20ms) == 1U);
  CHECK_FALSE(x.take(start + 20ms));
  CHECK(x.take_left_out() == 1);
  CHECK(x.take_left_out() == 0);
  // After a while all of the burst is there again, and no more than that.
  for (int i = 0; i < 3; ++i)
    CHECK(x.take(start + 100h) == 0U);
  CHECK_FALSE(x.take(start + 100h));
}
