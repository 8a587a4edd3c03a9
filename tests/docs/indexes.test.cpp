// Who comes to an index finds all that it is the index of.

#include "pages.hpp"

#include <support/catch.hpp>

#include <algorithm>
#include <regex>
#include <string>

using namespace foreman::test;

namespace {

bool lists(const fs::path& index, const fs::path& file) {
  return text_of(index).find("](" + file.filename().string() + ")")
    != std::string::npos;
}

} // namespace

TEST_CASE("every numbered example is short, and stands in the index") {
  static const std::regex numbered{R"(\d\d0_[a-z_]+\.cpp)"};
  std::size_t seen = 0;
  for (const auto& x : fs::directory_iterator{root() / "examples"}) {
    if (!std::regex_match(x.path().filename().string(), numbered))
      continue;
    ++seen;
    INFO(x.path());
    const auto text = text_of(x.path());
    CHECK(std::count(text.begin(), text.end(), '\n') < 120);
    CHECK(lists(root() / "examples/README.md", x.path()));
  }
  CHECK(seen >= 10);
}

TEST_CASE("every page of the guide stands in its index, and is short") {
  std::size_t seen = 0;
  for (const auto& x : fs::directory_iterator{root() / "docs/guide"}) {
    if (x.path().filename() == "README.md")
      continue;
    ++seen;
    INFO(x.path());
    const auto text = text_of(x.path());
    CHECK(std::count(text.begin(), text.end(), '\n') < 130);
    CHECK(lists(root() / "docs/guide/README.md", x.path()));
  }
  CHECK(seen >= 10);
}
