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

TEST_CASE("the API reference has every header that an example includes") {
  static const std::regex include{"#include <(foreman/[a-z_/]+\\.hpp)>"};
  const auto listed = text_of(root() / "docs/Doxyfile");
  std::size_t seen = 0;
  for (const auto* folder : {"examples", "tests/docs/host"})
    for (const auto& x : fs::recursive_directory_iterator{root() / folder}) {
      if (x.path().extension() != ".cpp" && x.path().extension() != ".hpp")
        continue;
      const auto text = text_of(x.path());
      for (std::sregex_iterator at{text.begin(), text.end(), include}, end;
           at != end; ++at, ++seen) {
        INFO(x.path() << " includes " << (*at)[1]);
        CHECK(listed.find("/" + (*at)[1].str()) != std::string::npos);
      }
    }
  CHECK(seen >= 10);
}
