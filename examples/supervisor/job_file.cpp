#include "job_file.hpp"

#include <foreman/project_key.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace supervisor {

namespace {

constexpr std::string_view form
  = R"({"project": "...", "kind": "...", "payload": {...}})";

job_line read_line(std::string_view text, const kind_table& kinds,
                   problems& found) {
  const auto parsed = parse_json(text);
  if (!parsed) {
    found.push_back(
      fmt::format("{}; allowed is {}", parsed.error().message(), form));
    return {};
  }
  job_line result;
  fields line{*parsed, "", {"project", "kind", "payload"}, found};
  if (const auto* project
      = line.required("project", json::value_t::string, "a string")) {
    result.project = *project;
    if (const auto ok = foreman::check_project(result.project); !ok)
      found.push_back(ok.error().message());
  }
  const kind* known = nullptr;
  if (const auto* name
      = line.required("kind", json::value_t::string, "a string")) {
    result.what.kind = *name;
    known = find_kind(kinds, result.what.kind);
    if (known == nullptr)
      found.push_back(fmt::format("unknown kind {}; allowed are {}",
                                  in_quotes(result.what.kind),
                                  names_of(kinds)));
  }
  if (const auto* payload
      = line.required("payload", json::value_t::object, "an object")) {
    if (known != nullptr)
      known->validate(*payload, found);
    result.what.payload = payload->dump();
  }
  return result;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

} // namespace

std::vector<job_line> read_jobs(std::string_view file, std::string_view content,
                                const kind_table& kinds, problems& found) {
  std::vector<job_line> result;
  const auto problems_before = found.size();
  for (std::size_t number = 1; !content.empty(); ++number) {
    auto line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(line.size() + 1, content.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (is_blank(line))
      continue;
    problems of_line;
    auto job = read_line(line, kinds, of_line);
    for (const auto& x : of_line)
      found.push_back(fmt::format("{}:{}: {}", file, number, x));
    job.line = number;
    result.push_back(std::move(job));
  }
  if (result.empty() && found.size() == problems_before)
    found.push_back(
      fmt::format("{}: there is no job in it; a line is {}", file, form));
  return result;
}

} // namespace supervisor
