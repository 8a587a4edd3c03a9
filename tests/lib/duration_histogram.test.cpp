#include <foreman/duration_histogram.hpp>

#include <support/catch.hpp>

using namespace foreman;
using namespace std::chrono_literals;

TEST_CASE(
  "a histogram counts each duration in the first bucket that holds it") {
  duration_histogram x;
  CHECK(x.snapshot() == durations{});
  x.add(0ns);
  x.add(10us); // a bound belongs to its bucket
  x.add(10us + 1ns);
  x.add(10s);
  x.add(1h);
  const auto got = x.snapshot();
  CHECK(got.buckets[0] == 2);
  CHECK(got.buckets[1] == 1);
  CHECK(got.buckets[9] == 1);
  CHECK(got.buckets[10] == 1);
  CHECK(got.count() == 5);
  CHECK(got.sum == 20us + 1ns + 10s + 1h);
}

TEST_CASE("histograms of several threads are added up") {
  duration_histogram a;
  duration_histogram b;
  a.add(1us);
  b.add(1us);
  b.add(1ms);
  auto sum = a.snapshot();
  sum += b.snapshot();
  CHECK(sum.buckets[0] == 2);
  CHECK(sum.buckets[4] == 1);
  CHECK(sum.sum == 1002us);
}
