#include <foreman/duration_text.hpp>

#include <support/catch.hpp>

#include <string>
#include <utility>

using namespace foreman;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST_CASE("a time is written as a person reads it", "[G12]") {
  const std::pair<nanoseconds, std::string> rows[] = {
    {0ns, "0 s"},
    {1ns, "1 ns"},
    {999ns, "999 ns"},
    {1us, "1 us"},
    {1'500us, "1.5 ms"},
    {500'000'000ns, "500 ms"},
    {999'499us, "999 ms"},
    {999'600us, "1 s"},
    {1'234ms, "1.23 s"},
    {10s, "10 s"},
    {59'900ms, "59.9 s"},
    {59'999ms, "1 min"},
    {60s, "1 min"},
    {90s, "1.5 min"},
    {10min, "10 min"},
    {5'400s, "1.5 h"},
    {24h, "1 day"},
    {36h, "1.5 days"},
    {24h * 365, "1 year"},
    {nanoseconds::max(), "292 years"},
    {-1ns, "-1 ns"},
    {-1ms, "-1 ms"},
    {nanoseconds::min(), "-292 years"},
  };
  for (const auto& [time, text] : rows)
    CHECK(in_words(time) == text);
}
