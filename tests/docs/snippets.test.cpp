// What the pages show is true: every C++ snippet is an excerpt of a program
// that a test runs, every one of CMake of a host that a test builds, every
// command is one that a test runs, and every link leads somewhere.

#include "pages.hpp"

#include <support/catch.hpp>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

using namespace foreman::test;

namespace {

// The blocks of `page` that are fenced as `language`.
std::vector<std::string> blocks(const fs::path& page,
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

std::string all_examples() {
  std::string result;
  for (const auto& x : fs::recursive_directory_iterator{root() / "examples"})
    if (x.path().extension() == ".cpp" || x.path().extension() == ".hpp")
      result += text_of(x.path());
  return result;
}

} // namespace

TEST_CASE("every snippet of C++ is an excerpt of an example that is run") {
  const auto examples = all_examples();
  std::size_t seen = 0;
  for (const auto& page : pages())
    for (const auto& block : blocks(page, "cpp")) {
      ++seen;
      INFO(page << " shows\n" << block);
      CHECK(examples.find(block) != std::string::npos);
    }
  CHECK(seen >= 4);
}

TEST_CASE("every snippet of CMake is an excerpt of a host that is built") {
  std::string hosts;
  for (const auto* host : {"consumer", "subdirectory"})
    hosts += text_of(root() / "tests/install" / host / "CMakeLists.txt");
  std::size_t seen = 0;
  for (const auto& page : pages())
    for (const auto& block : blocks(page, "cmake")) {
      ++seen;
      INFO(page << " shows\n" << block);
      CHECK(hosts.find(block) != std::string::npos);
    }
  CHECK(seen >= 3);
}

TEST_CASE("every command of the pages is one that a test runs") {
  // By whom: CI itself, tests/examples, tests/install (with folders of its
  // own), and the slow tests of the folders; the coverage is run by hand, as it
  // writes a page.
  const std::vector<std::string> run{
    "./examples/run",
    "./tests/run",
    "./tests/run -L lib",
    "tests/simulation/run --seconds=60 --seed=10001",
    "tests/mutants/run",
    "tests/fuzz/run --seconds=60",
    "tests/soak/run --minutes=2",
    "tests/sanitizers/run asan",
    "tests/sanitizers/run tsan",
    "tests/coverage/run",
    "tests/bench/run --quick",
    "foreman-supervisor run JOBS.jsonl --workers=20 --database=sqlite:FILE "
    "--data=DIR",
    "cmake -B build/install -DCMAKE_BUILD_TYPE=Release "
    "-DFOREMAN_BUILD_EXAMPLES=OFF -DFOREMAN_BUILD_TESTS=OFF",
    "cmake --build build/install",
    "cmake --install build/install --prefix /opt/foreman",
    "g++ -std=c++20 host.cpp -o host $(pkg-config --cflags --libs foreman)",
    "cmake --preset package",
    "cmake --build --preset package",
    "cpack --preset package",
    "apt-get install ./build/package/debs/*.deb",
  };
  std::size_t seen = 0;
  for (const auto& page : pages())
    for (const auto& block : blocks(page, "sh")) {
      std::istringstream in{block};
      for (std::string line; std::getline(in, line); ++seen) {
        INFO(page << " shows " << line);
        CHECK(std::find(run.begin(), run.end(), line) != run.end());
      }
    }
  CHECK(seen >= run.size());
}

TEST_CASE("every link of the pages leads to a file") {
  static const std::regex link{R"(\]\(([^)#:]+)\))"};
  std::size_t seen = 0;
  for (const auto& page : pages()) {
    const auto text = text_of(page);
    for (std::sregex_iterator at{text.begin(), text.end(), link}, end;
         at != end; ++at, ++seen) {
      INFO(page << " links to " << (*at)[1]);
      CHECK(fs::exists(page.parent_path() / (*at)[1].str()));
    }
  }
  CHECK(seen >= 8);
}

TEST_CASE("every guarantee of the README has a test that carries its tag") {
  std::string tests;
  for (const auto& x : fs::recursive_directory_iterator{root() / "tests"})
    if (x.path().extension() == ".cpp")
      tests += text_of(x.path());
  const auto readme = text_of(root() / "README.md");
  static const std::regex row{R"(\n\| (G[0-9]+) )"};
  std::size_t seen = 0;
  for (std::sregex_iterator at{readme.begin(), readme.end(), row}, end;
       at != end; ++at, ++seen) {
    INFO((*at)[1]);
    CHECK(tests.find("[" + (*at)[1].str() + "]") != std::string::npos);
  }
  CHECK(seen == 11);
}
