#include <foreman/printable.hpp>
#include <foreman/project_key.hpp>

#include <support/catch.hpp>
#include <support/text.hpp>

#include <string>
#include <utility>

using namespace foreman;
using namespace std::string_literals;
using foreman::test::says;

TEST_CASE("one line stays one line, whatever is in it", "[G12]") {
  const std::pair<std::string, std::string> rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"a\nb\r\tc", "a\\nb\\r\\tc"},
    {"zero\0byte"s, "zero\\x00byte"},
    {"\x1b[31m\x7f", "\\x1b[31m\\x7f"},
    {"Zürich 東京 \U0001F600", "Zürich 東京 \U0001F600"},
    {"bad \xff\xfe", "bad \\xff\\xfe"},
    {"cut \xe6\x9d", "cut \\xe6\\x9d"},
    {"\u2028\u2029", "\\u2028\\u2029"},
    {"\u0085", "\\u0085"},
    {"back\\slash", "back\\slash"},
  };
  for (const auto& [text, shown] : rows) {
    CHECK(one_line(text) == shown);
    CHECK(is_utf8(one_line(text)));
  }
}

TEST_CASE("a text of several lines keeps them, and is bounded", "[G9]") {
  CHECK(printable("a\nb\tc\0"s, 100) == "a\nb\tc\\x00");
  CHECK(printable("four", 4) == "four");
  CHECK(printable("five!", 4) == "five ... (1 bytes more)");
  const auto cut = printable("ab\u00e9\u00e9\u00e9", 5);
  CHECK(cut == "ab\u00e9 ... (4 bytes more)");
  CHECK(printable(std::string(100, '\x80'), 10)
        == "\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80\\x80 ... (90 bytes "
           "more)");
}

TEST_CASE("a clause can be followed by another one") {
  CHECK(clause("the server closed the connection.\n")
        == "the server closed "
           "the connection");
  CHECK(clause("before or while processing the request.")
        == "before or while processing the request");
  CHECK(clause("and so on...") == "and so on...");
  CHECK(clause("plain") == "plain");
  CHECK(clause(" . \n").empty());
}
