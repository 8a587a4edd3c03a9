#include "support/catch.hpp"

#include <foreman/sql/settings.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace foreman::test {

namespace {

// Keys and values in turn.
std::vector<std::string> flat(const sql::settings& from) {
  std::vector<std::string> result;
  for (const auto& x : from) {
    result.push_back(x.key);
    result.push_back(x.value);
  }
  return result;
}

} // namespace

TEST_CASE("settings are read as SOCI and libpq read them") {
  struct row {
    std::string_view text;
    std::vector<std::string> read;
  };
  const auto x = GENERATE(values<row>({
    {"", {}},
    {" \t\n", {}},
    {"a=1", {"a", "1"}},
    {" a = 1  b=2\n", {"a", "1", "b", "2"}},
    {"a='1 = 2' b=3", {"a", "1 = 2", "b", "3"}},
    {"a='' b=", {"a", "", "b", ""}},
    {R"(a='it\'s \\' b=\'\ )", {"a", "it's \\", "b", "' "}},
    {"a='1'b=2", {"a", "1", "b", "2"}},
    {"a=b=c", {"a", "b=c"}},
    {"a=1 a=2", {"a", "1", "a", "2"}},
  }));
  INFO(x.text);
  const auto read = sql::read_settings(x.text);
  REQUIRE(read);
  CHECK(flat(*read) == x.read);
  // What is written is read the same.
  const auto again = sql::read_settings(sql::to_text(*read));
  REQUIRE(again);
  CHECK(flat(*again) == x.read);
}

TEST_CASE("of a setting that is given twice the last one counts") {
  sql::settings some{{"a", "1"}, {"b", "2"}, {"a", "3"}};
  REQUIRE(find(some, "a") != nullptr);
  CHECK(*find(some, "a") == "3");
  CHECK(find(some, "c") == nullptr);
  assign(some, "a", "4");
  CHECK(to_text(some) == "b='2' a='4'");
}

TEST_CASE("a number is a whole one in its range") {
  constexpr std::array<sql::number_setting, 1> known{{{"n", -1, 10}}};
  const auto [value, allowed] = GENERATE(table<std::string, bool>({
    {"-1", true},
    {"10", true},
    {"-2", false},
    {"11", false},
    {"", false},
    {" 1", false},
    {"1.0", false},
    {"0x1", false},
    {"4294967297", false},
  }));
  INFO(value);
  CHECK(sql::check_numbers({{"n", value}}, known).has_value() == allowed);
  CHECK(sql::check_numbers({{"m", value}}, known));
}

} // namespace foreman::test
