// Job files of the supervisor program, with the payloads of all kinds.

#include "property.hpp"

#include <foreman/project_key.hpp>

#include <supervisor/job_file.hpp>
#include <supervisor/kinds_of_jobs.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

using foreman::fuzz::require;

namespace {

// `jobs:LINE: PROBLEM` in one line of text, LINE one that the file has.
void check_problem(const std::string& text, std::size_t lines) {
  const std::string_view prefix = "jobs:";
  require(text.starts_with(prefix), "a problem names the file", text);
  std::size_t line = 0;
  const auto* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data() + prefix.size(), end, line);
  if (text.starts_with("jobs: there is no job in it"))
    return;
  require(number.ec == std::errc{} && line >= 1 && line <= lines
            && end - number.ptr > 2,
          "a problem names its line and says something", text);
  const auto is_control
    = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  require(foreman::is_utf8(text)
            && std::none_of(text.begin(), text.end(), is_control),
          "a problem is one line of text", text);
}

void check_job(const supervisor::job_line& job,
               const supervisor::kind_table& kinds) {
  require(foreman::check_project(job.project).has_value(),
          "a job that is taken has a good project", job.project);
  const auto* kind = find_kind(kinds, job.what.kind);
  require(kind != nullptr, "a job that is taken has a known kind");
  const auto payload = supervisor::parse_json(job.what.payload);
  require(payload.has_value() && payload->is_object(),
          "the handler gets a payload that can be read", job.what.payload);
  supervisor::problems found;
  check_payload(*kind, *payload, found);
  require(found.empty(), "the handler gets a payload without a problem",
          found.empty() ? "" : found.front());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view content{reinterpret_cast<const char*>(data), size};
  const auto lines
    = static_cast<std::size_t>(std::count(content.begin(), content.end(), '\n'))
    + 1;
  static supervisor::database_list databases;
  if (databases.empty())
    require(add(databases, {"main", "sqlite:nowhere.sqlite"}, {}).has_value(),
            "a database can be named");
  static const auto kinds = supervisor::kinds_of_jobs({}, databases);
  const auto [jobs, bad_lines, found] = read_jobs("jobs", content, kinds);
  for (const auto& x : found)
    check_problem(x, lines);
  require(!found.empty() || !jobs.empty(), "a file without a job is a problem");
  require(jobs.size() + bad_lines <= lines && found.size() >= bad_lines,
          "each line is a job, bad or blank");
  require(std::is_sorted(
            jobs.begin(), jobs.end(),
            [](const auto& x, const auto& y) { return x.line < y.line; }),
          "jobs come in the order of their lines");
  for (const auto& x : jobs)
    check_job(x, kinds);
  return 0;
}
