// docs/testing.md names tests and mutants: they are there, and none is left
// out.

#include "pages.hpp"

#include <support/catch.hpp>

#include <regex>
#include <set>
#include <string>

using namespace foreman::test;

namespace {

std::string all_tests() {
  std::string result;
  for (const auto& x : fs::recursive_directory_iterator{root() / "tests"})
    if (x.path().extension() == ".cpp")
      result += text_of(x.path());
  // A long name is two literals, one after the other.
  return std::regex_replace(result, std::regex{"\"\\s+\""}, "");
}

std::set<std::string> matches(const std::string& text,
                              const std::string& pattern) {
  const std::regex wanted{pattern};
  std::set<std::string> result;
  for (std::sregex_iterator at{text.begin(), text.end(), wanted}, end;
       at != end; ++at)
    result.insert((*at)[1]);
  return result;
}

// The lines that are rows of tables.
std::string tables(const std::string& page) {
  std::string result;
  for (const auto& row : matches(page, "(?:^|\n)(\\|[^\n]*)"))
    result += row + "\n";
  return result;
}

} // namespace

TEST_CASE("every test that the page about testing names is there") {
  const auto tests = all_tests();
  const auto named
    = matches(tables(text_of(root() / "docs/testing.md")), "\"([^\"]+)\"");
  CHECK(named.size() > 20);
  for (const auto& name : named) {
    INFO(name);
    CHECK(tests.find("TEST_CASE(\"" + name + "\"") != std::string::npos);
  }
}

TEST_CASE("the page about testing names every mutant") {
  const auto page = text_of(root() / "docs/testing.md");
  const auto start = page.find("## What catches each bug");
  REQUIRE(start != std::string::npos);
  const auto section = page.substr(start, page.find("\n## ", start) - start);
  const auto named = matches(tables(section), "`([a-z]+_[a-z_]+)`");
  std::set<std::string> there;
  for (const auto& x : fs::directory_iterator{root() / "tests/mutants"})
    if (x.path().extension() == ".patch")
      there.insert(x.path().stem().string());
  CHECK(named == there);
  CHECK(there.size() >= 15);
}
