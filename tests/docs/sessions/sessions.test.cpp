// What the pages show of a terminal is true: each session in a ```console block
// is typed into a shell, and must print what the page says.

#include "docs/pages.hpp"

#include <fmt/format.h>
#include <support/catch.hpp>
#include <support/process.hpp>
#include <support/reserved_port.hpp>

#include <sstream>
#include <string>

using namespace foreman::test;

namespace {

struct session {
  std::string script;
  std::string output;
};

// Lines that begin with "$ " are typed, the others are what is printed. Who
// types waits until a command in the background has printed what it should. The
// port of the pages is replaced by one that is free.
session read_session(std::string block, const std::string& port) {
  static const std::string ports_of_pages = "8080";
  for (std::size_t at = 0;
       (at = block.find(ports_of_pages, at)) != std::string::npos;)
    block.replace(at, ports_of_pages.size(), port);

  // Whatever goes wrong, nothing is left behind.
  session result{R"(trap 'kill $(jobs -p) 2>/dev/null' EXIT
printed() {
  local end=$((SECONDS + 30))
  until (($(wc -l <out) >= $1 || SECONDS > end)); do :; done
}
exec >out
)",
                 {}};
  std::size_t lines = 0;
  bool in_background = false;
  const auto settle = [&] {
    if (in_background)
      result.script += fmt::format("printed {}\n", lines);
  };
  std::istringstream in{block};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("$ ")) {
      settle();
      in_background = line.ends_with(" &");
      result.script += line.substr(2) + "\n";
    } else {
      ++lines;
      result.output += line + "\n";
    }
  settle();
  return result;
}

} // namespace

TEST_CASE("every session in a terminal goes as the page shows it") {
  // The source tree as the pages see it: with a build in build/dev.
  const temporary_folder tree;
  for (const auto& x : fs::directory_iterator{root()})
    if (x.path().filename() != "build")
      fs::create_symlink(x.path(), tree.path() / x.path().filename());
  fs::create_directory(tree.path() / "build");
  fs::create_directory_symlink(FOREMAN_BINARY_DIR, tree.path() / "build/dev");

  std::size_t seen = 0;
  for (const auto& page : pages())
    for (const auto& block : blocks(page, "console")) {
      ++seen;
      const reserved_port port;
      const auto [script, output]
        = read_session(block, std::to_string(port.number()));
      const auto typed = run_process({"/bin/bash", "-c", script}, tree.path());
      INFO(page << " shows\n" << block << "\nerrors:\n" << typed.err);
      CHECK(content_of(tree / "out") == output);
    }
  CHECK(seen >= 5);
}
