#include "program.hpp"

#include <regex>
#include <set>

namespace foreman::test {

namespace {

const std::string page
  = FOREMAN_SUPERVISOR_FILES "/../../docs/foreman-supervisor.1";

std::set<std::string> matches(const std::string& text,
                              const std::string& pattern) {
  const std::regex wanted{pattern};
  std::set<std::string> result;
  for (std::sregex_iterator at{text.begin(), text.end(), wanted}, end;
       at != end; ++at)
    result.insert((*at)[1]);
  return result;
}

} // namespace

TEST_CASE("the manual page is well formed") {
  const auto checked = run_process(
    {"/usr/bin/mandoc", "-T", "lint", "-W", "warning", page}, "/");
  CHECK(checked.out == "");
  CHECK(checked.exit_code == 0);
}

TEST_CASE("the manual page and the help name the same options") {
  const program supervisor;
  const auto help = supervisor.run({"--help"}).out;
  auto in_help = matches(help, "\n +(?:-[a-z],)?--([a-z-]+)");
  in_help.erase("help");
  const auto in_page = matches(content_of(page), "\n.It Fl -([a-z-]+)");
  CHECK(in_help == in_page);
  CHECK(in_help.size() >= 10);
}

TEST_CASE("the manual page names every kind of job") {
  const program supervisor;
  const auto kinds = supervisor.start({"kinds"})->wait().out;
  CHECK(matches(kinds, "\n  \"([a-z-]+)\": \\{\n")
        == matches(content_of(page), "\n.It Cm ([a-z-]+)"));
}

} // namespace foreman::test
