#include "job_file.hpp"

#include <foreman/project_key.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace supervisor {

namespace {

constexpr std::string_view form
  = R"({"project": "...", "kind": "...", "payload": {...}})";

const field_list& line_fields() {
  static const field_list result{
    {"project",
     {{"type", "string"}},
     true,
     {},
     [](const json& value, const std::string&, problems& found) {
       if (const auto ok
           = foreman::check_project(value.get_ref<const std::string&>());
           !ok)
         found.push_back(ok.error().message());
     }},
    {"kind", {{"type", "string"}}, true},
    {"payload", {{"type", "object"}}, true}};
  return result;
}

// Looks at as much as can be understood, so that all is said at once.
void check_kind(const json& line, const kind_table& kinds, problems& found) {
  const auto name = line.find("kind");
  if (name == line.end() || !name->is_string())
    return;
  const auto* const known
    = find_kind(kinds, name->get_ref<const std::string&>());
  const auto payload = line.find("payload");
  if (known == nullptr)
    found.push_back(
      fmt::format("unknown kind {}; allowed are {}",
                  name->dump(-1, ' ', false, json::error_handler_t::replace),
                  names_of(kinds)));
  else if (payload != line.end() && payload->is_object())
    check_payload(*known, *payload, found);
}

} // namespace

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::optional<job_line> read_job(std::string_view text, std::size_t number,
                                 const kind_table& kinds, problems& found) {
  if (is_blank(text))
    return std::nullopt;
  const auto parsed = parse_json(text);
  if (!parsed) {
    found.push_back(
      fmt::format("{}; allowed is {}", parsed.error().message(), form));
    return std::nullopt;
  }
  check_fields(*parsed, "", line_fields(), found);
  if (parsed->is_object())
    check_kind(*parsed, kinds, found);
  if (!found.empty())
    return std::nullopt;
  const auto& line = *parsed;
  const auto& kind = line["kind"].get_ref<const std::string&>();
  return job_line{number,
                  line["project"],
                  {kind, line["payload"].dump()},
                  find_kind(kinds, kind)->needs(line["payload"])};
}

std::string place_of(std::string_view file, std::size_t line) {
  return fmt::format("{}:{}", file, line);
}

job_file read_jobs(std::string_view file, std::string_view content,
                   const kind_table& kinds) {
  job_file result;
  for (std::size_t number = 1; !content.empty(); ++number) {
    auto line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(line.size() + 1, content.size()));
    problems of_line;
    if (auto job = read_job(line, number, kinds, of_line))
      result.jobs.push_back(*std::move(job));
    result.bad_lines += of_line.empty() ? 0 : 1;
    for (const auto& x : of_line)
      result.found.push_back(fmt::format("{}: {}", place_of(file, number), x));
  }
  if (result.jobs.empty() && result.found.empty())
    result.found.push_back(
      fmt::format("{}: there is no job in it; a line is {}", file, form));
  return result;
}

} // namespace supervisor
