#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace foreman::test {

namespace fs = std::filesystem;

inline fs::path root() {
  return FOREMAN_SOURCE_DIR;
}

inline std::string text_of(const fs::path& file) {
  std::ifstream in{file};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// All pages for people.
inline std::vector<fs::path> pages() {
  std::vector<fs::path> result{root() / "README.md",
                               root() / "CONTRIBUTING.md"};
  for (const auto& x : fs::directory_iterator{root() / "docs"})
    if (x.path().extension() == ".md")
      result.push_back(x.path());
  return result;
}

} // namespace foreman::test
