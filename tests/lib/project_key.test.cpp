#include <foreman/project_key.hpp>

#include <support/catch.hpp>
#include <support/text.hpp>

#include <string>

using namespace foreman;
using namespace std::string_literals;
using foreman::test::says;

namespace {

struct row {
  const char* what;
  std::string text;
};

// The borders of table 3-7 of The Unicode Standard.
const row valid[] = {
  {"nothing", ""},
  {"a NUL byte", "\0"s},
  {"ASCII", "project-42"},
  {"U+007F", "\x7F"},
  {"U+0080", "\xC2\x80"},
  {"U+07FF", "\xDF\xBF"},
  {"U+0800", "\xE0\xA0\x80"},
  {"U+0FFF", "\xE0\xBF\xBF"},
  {"U+1000", "\xE1\x80\x80"},
  {"U+CFFF", "\xEC\xBF\xBF"},
  {"U+D7FF, below the surrogates", "\xED\x9F\xBF"},
  {"U+E000, above the surrogates", "\xEE\x80\x80"},
  {"U+FFFF", "\xEF\xBF\xBF"},
  {"U+10000", "\xF0\x90\x80\x80"},
  {"U+3FFFF", "\xF0\xBF\xBF\xBF"},
  {"U+40000", "\xF1\x80\x80\x80"},
  {"U+FFFFF", "\xF3\xBF\xBF\xBF"},
  {"U+10FFFF, the last", "\xF4\x8F\xBF\xBF"},
  {"sequences of all lengths", "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z"},
};

const row invalid[] = {
  {"a lone continuation byte", "\x80"},
  {"the last continuation byte", "\xBF"},
  {"C0: overlong by its lead byte", "\xC0\x80"},
  {"C1: overlong by its lead byte", "\xC1\xBF"},
  {"overlong in three bytes", "\xE0\x9F\xBF"},
  {"overlong slash in three bytes", "\xE0\x80\xAF"},
  {"overlong in four bytes", "\xF0\x8F\xBF\xBF"},
  {"overlong NUL in four bytes", "\xF0\x80\x80\x80"},
  {"U+D800, the first surrogate", "\xED\xA0\x80"},
  {"U+DFFF, the last surrogate", "\xED\xBF\xBF"},
  {"a surrogate pair", "\xED\xA0\xBD\xED\xB8\x80"},
  {"U+110000", "\xF4\x90\x80\x80"},
  {"F5: always too large", "\xF5\x80\x80\x80"},
  {"five bytes", "\xF8\x88\x80\x80\x80"},
  {"six bytes", "\xFC\x84\x80\x80\x80\x80"},
  {"FE", "\xFE"},
  {"FF", "\xFF"},
  {"two bytes cut off", "\xC3"},
  {"three bytes cut after one", "\xE2"},
  {"three bytes cut after two", "\xE2\x82"},
  {"four bytes cut after one", "\xF0"},
  {"four bytes cut after two", "\xF0\x9F"},
  {"four bytes cut after three", "\xF0\x9F\x98"},
  {"a second byte below its range", "\xC3\x7F"},
  {"a second byte above its range", "\xC3\xC0"},
  {"a third byte below its range", "\xE2\x82\x7F"},
  {"a third byte above its range", "\xE2\x82\xC0"},
  {"a fourth byte below its range", "\xF0\x9F\x98\x7F"},
  {"a fourth byte above its range", "\xF0\x9F\x98\xC0"},
  {"a third byte of four below its range", "\xF0\x9F\x7F\x80"},
  {"Latin-1", "caf\xE9"},
  {"a bad byte after good ones", "\xC3\xA4\xE2\x82\xAC\xFF"},
};

} // namespace

TEST_CASE("every well-formed sequence is UTF-8") {
  for (const auto& x : valid) {
    INFO(x.what);
    CHECK(is_utf8(x.text));
    CHECK(is_utf8("a" + x.text + "b"));
  }
}

TEST_CASE("no ill-formed sequence is UTF-8", "[G12]") {
  for (const auto& x : invalid) {
    INFO(x.what);
    CHECK_FALSE(is_utf8(x.text));
    CHECK_FALSE(is_utf8("a" + x.text + "b"));
    CHECK(check_project(x.text).error().code() == errc::invalid_project);
  }
}

TEST_CASE("a key of 1 to 256 bytes of UTF-8 is a project", "[G12]") {
  CHECK(check_project("p"));
  CHECK(check_project(" "));
  CHECK(check_project("\0"s));
  CHECK(check_project(std::string(255, 'p')));
  CHECK(check_project(std::string(256, 'p')));
  CHECK(check_project("caf\xC3\xA9"));
}

TEST_CASE("an empty project key is refused with the allowed range", "[G12]") {
  const auto bad = check_project("");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code() == errc::invalid_project);
  CHECK(says(bad.error().message(), "empty"));
  CHECK(says(bad.error().message(), "1 to 256 bytes"));
}

TEST_CASE("an over-long project key is refused with its length", "[G12]") {
  const auto bad = check_project(std::string(257, 'p'));
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code() == errc::invalid_project);
  CHECK(says(bad.error().message(), "257 bytes"));
  CHECK(says(bad.error().message(), "1 to 256 bytes"));
  // Bytes count, not characters.
  std::string umlauts;
  for (int i = 0; i < 129; ++i)
    umlauts += "\xC3\xA4";
  CHECK_FALSE(check_project(umlauts));
  umlauts.resize(256);
  CHECK(check_project(umlauts));
}

TEST_CASE("a project key that is not UTF-8 is refused with the bad byte",
          "[G12]") {
  const auto bad = check_project("shop\xFFx");
  REQUIRE_FALSE(bad);
  CHECK(says(bad.error().message(), "byte 4"));
  CHECK(says(bad.error().message(), "0xff"));
}
