#include "text.hpp"

#include <fmt/format.h>

namespace supervisor {

namespace {

std::string counted(std::size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

} // namespace

std::string on_one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      c = ' ';
  return text;
}

json running_projects(const std::vector<foreman::project_status>& projects) {
  auto result = json::object();
  for (const auto& x : projects)
    result[x.project] = x.running;
  return result;
}

std::string failure_text(const ended_job& job) {
  return fmt::format("{} {}: {}", on_one_line(job.project), job.kind,
                     on_one_line(job.how.why.message()));
}

std::string summary_text(const batch& all, const std::string& file,
                         std::chrono::duration<double> took) {
  const auto skipped = all.skipped_lines() == 0
    ? std::string{}
    : fmt::format(", {} skipped", counted(all.skipped_lines(), "bad line"));
  auto result = fmt::format(
    "{}, {}: {} succeeded, {} failed, {} cancelled{}, in "
    "{:.2f} s\n",
    counted(all.projects(), "project"), counted(all.jobs(), "job"),
    all.succeeded(), all.failed(), all.cancelled(), skipped, took.count());
  for (const auto& [line, job] : all.not_succeeded())
    result += fmt::format("{}: {}\n", place_of(file, line), failure_text(job));
  const auto lost = all.failed() + all.cancelled();
  if (const auto listed = all.not_succeeded().size(); listed < lost)
    result += fmt::format("and {} more\n", lost - listed);
  return result;
}

} // namespace supervisor
