// What the pages show is true: every C++ snippet is an excerpt of a program
// that a test runs, every one of CMake of a host that a test builds, every
// command is one that a test runs, and every link leads somewhere. What a
// terminal shows is the matter of sessions/.

#include "pages.hpp"

#include <support/catch.hpp>

#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace foreman::test;

namespace {

// Of the examples and of the tests that a host would write.
std::string all_programs() {
  std::string result;
  for (const auto* folder : {"examples", "tests/docs/host"})
    for (const auto& x : fs::recursive_directory_iterator{root() / folder})
      if (x.path().extension() == ".cpp" || x.path().extension() == ".hpp")
        result += text_of(x.path());
  return result;
}

// A command that takes too long to be run here, and the file whose text `as`
// runs it.
struct long_command {
  std::string command;
  fs::path run_by;
  std::string as;
};

const std::vector<long_command>& long_commands() {
  static const std::vector<long_command> result{
    {"./tests/run", ".ci/run", "/tests/run"},
    {"./tests/run -L lib", ".ci/run", "/tests/run"},
    {"./examples/run", "tests/examples/CMakeLists.txt", "/examples/run\""},
    {"tests/simulation/run --seconds=60 --seed=10001", "tests/CMakeLists.txt",
     "/simulation/run\"\n      --seconds=60 --seed=10001)"},
    {"tests/mutants/run", "tests/mutants/CMakeLists.txt", "/run\")"},
    {"tests/fuzz/run --seconds=60", "tests/fuzz/CMakeLists.txt", "/run\")"},
    {"tests/soak/run --minutes=2", "tests/soak/CMakeLists.txt",
     "/run\" --minutes=2)"},
    {"tests/sanitizers/run asan", "tests/sanitizers/CMakeLists.txt",
     "/run\" ${preset})"},
    {"tests/sanitizers/run tsan", "tests/sanitizers/CMakeLists.txt",
     "/run\" ${preset})"},
    // By hand, as it writes that page.
    {"tests/coverage/run", "docs/coverage.md", "tests/coverage/run"},
    {"tests/bench/run --quick", "tests/bench/CMakeLists.txt",
     "/run\" --quick)"},
    {"foreman-supervisor run JOBS.jsonl --workers=20 --database=sqlite:FILE "
     "--data=DIR",
     "tests/examples/supervisor/CMakeLists.txt", "FOREMAN_SUPERVISOR="},
    {"foreman-supervisor run iso-codes.jsonl "
     "--database=sqlite:iso-codes.sqlite --data=/usr/share/iso-codes/json",
     "examples/run", "examples/supervisor/iso-codes.jsonl\" \\\n"},
    {"./archive.py TREE | foreman-supervisor run - --data=TREE",
     "tests/examples/supervisor/archive.sh", "run - --quiet"},
    {"foreman-supervisor kinds", "tests/examples/supervisor/kinds.test.cpp",
     "{\"kinds\"}"},
    {"doxygen docs/Doxyfile", "tests/docs/reference.sh", "cat docs/Doxyfile"},
    {"cmake --preset dev", "tests/run", "cmake --preset dev\n"},
    {"cmake --build --preset dev", "tests/run", "cmake --build --preset dev\n"},
    // With folders of its own.
    {"cmake -B build/install -DCMAKE_BUILD_TYPE=Release "
     "-DFOREMAN_BUILD_EXAMPLES=OFF -DFOREMAN_BUILD_TESTS=OFF",
     "tests/install/tools.sh", "cmake -S \"$source\" -B \"$binary\""},
    {"cmake --build build/install", "tests/install/tools.sh",
     "cmake --build \"$binary\""},
    {"cmake --install build/install --prefix /opt/foreman",
     "tests/install/shared-tree.sh", "cmake --install"},
    {"g++ -std=c++20 host.cpp -o host $(pkg-config --cflags --libs foreman)",
     "tests/install/debs.sh", "pkg-config --cflags --libs foreman"},
    {"cmake --preset package", "tests/install/shared-tree.sh",
     "cmake --preset package"},
    {"cmake --build --preset package", "tests/install/shared-tree.sh",
     "cmake --build"},
    {"cpack --preset package", "tests/install/debs.sh", "cpack"},
    {"apt-get install ./build/package/debs/*.deb", "tests/install/debs.sh",
     "dpkg"},
  };
  return result;
}

} // namespace

TEST_CASE("every snippet of C++ is an excerpt of a program that is run") {
  const auto programs = all_programs();
  std::size_t seen = 0;
  for (const auto& page : pages())
    for (const auto& block : blocks(page, "cpp")) {
      ++seen;
      INFO(page << " shows\n" << block);
      CHECK(programs.find(block) != std::string::npos);
    }
  CHECK(seen >= 30);
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
  std::multiset<std::string> shown;
  for (const auto& page : pages())
    for (const auto& block : blocks(page, "sh")) {
      std::istringstream in{block};
      for (std::string line; std::getline(in, line);)
        shown.insert(line);
    }
  for (const auto& x : long_commands()) {
    INFO(x.command << ", run by " << x.run_by);
    CHECK(shown.erase(x.command) > 0);
    CHECK(text_of(root() / x.run_by).find(x.as) != std::string::npos);
  }
  for (const auto& line : shown)
    FAIL_CHECK("no test runs " << line);
}

TEST_CASE("every link of the pages leads to a file") {
  static const std::regex link{R"(\]\(([^)#: ]+)\))"};
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
