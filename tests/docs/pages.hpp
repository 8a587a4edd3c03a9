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
  for (const auto* folder : {"docs", "examples"})
    for (const auto& x : fs::recursive_directory_iterator{root() / folder})
      if (x.path().extension() == ".md")
        result.push_back(x.path());
  return result;
}

/// The blocks of `page` that are fenced as `language`.
inline std::vector<std::string> blocks(const fs::path& page,
                                       const std::string& language) {
  std::vector<std::string> result;
  std::istringstream in{text_of(page)};
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (!inside && line == "```" + language) {
      inside = true;
      result.emplace_back();
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      result.back() += line + "\n";
    }
  }
  return result;
}

} // namespace foreman::test
