#include "text.hpp"

#include <fmt/format.h>

namespace supervisor {

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string on_one_line(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are two bytes in UTF-8.
    const bool is_late_control = c == 0xC2 && i + 1 < text.size()
      && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_late_control)
      text.erase(i, 1);
    if (c < 0x20 || c == 0x7F || is_late_control)
      text[i] = ' ';
  }
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
  const auto dropped = all.dropped_lines() == 0
    ? std::string{}
    : fmt::format(", {} dropped", counted(all.dropped_lines(), "line"));
  auto result
    = fmt::format("{}, {}: {} succeeded, {} failed, {} cancelled{}{}, in "
                  "{:.2f} s\n",
                  counted(all.projects(), "project"),
                  counted(all.jobs(), "job"), all.succeeded(), all.failed(),
                  all.cancelled(), skipped, dropped, took.count());
  for (const auto& [line, job] : all.not_succeeded())
    result += fmt::format("{}: {}\n", place_of(file, line), failure_text(job));
  const auto lost = all.failed() + all.cancelled();
  if (const auto listed = all.not_succeeded().size(); listed < lost)
    result += fmt::format("and {} more\n", lost - listed);
  return result;
}

} // namespace supervisor
