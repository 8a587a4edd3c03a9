#include "model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace foreman::test {

namespace {

std::string name(const std::string& project, job_id id) {
  return fmt::format("job {} of {}", id.value, project);
}

} // namespace

errc model::verdict(const std::string& project, admission asked) const {
  const auto now = status(project);
  if (draining_)
    return errc::draining;
  if (books_.open() >= max_.total)
    return errc::system_full;
  if (asked == admission::if_idle && now.busy)
    return errc::project_busy;
  if (now.queued + (now.running ? 1 : 0) >= max_.per_project)
    return errc::project_full;
  return errc::ok;
}

void model::admitted(const std::string& project, job_id id, int priority) {
  ++books_.admitted;
  if (id.value != books_.admitted)
    throw violation{fmt::format("G2: {} is not number {}", name(project, id),
                                books_.admitted)};
  projects_[project].queued.emplace(std::pair{priority, id}, job_state::queued);
}

void model::began(const std::string& project, job_id id) {
  auto& x = projects_[project];
  if (x.running.value != 0)
    throw violation{fmt::format("G1: {} began while job {} runs",
                                name(project, id), x.running.value)};
  if (x.queued.empty() || x.queued.begin()->first.second != id)
    throw violation{
      fmt::format("G2: {} began, but {} is next", name(project, id),
                  x.queued.empty() ? 0 : x.queued.begin()->first.second.value)};
  x.queued.erase(x.queued.begin());
  x.running = id;
}

void model::ended(const std::string& project, job_id id, job_state how) {
  auto& x = projects_[project];
  const auto queued
    = std::find_if(x.queued.begin(), x.queued.end(),
                   [&](auto& y) { return y.first.second == id; });
  if (x.running == id)
    x.running = {};
  else if (queued == x.queued.end())
    throw violation{fmt::format("G4: {} ended twice, or without having been "
                                "admitted",
                                name(project, id))};
  else if (how == job_state::succeeded)
    throw violation{
      fmt::format("G4: {} succeeded without having begun", name(project, id))};
  else
    x.queued.erase(queued);
  switch (how) {
    case job_state::succeeded:
      ++books_.succeeded;
      break;
    case job_state::failed:
      ++books_.failed;
      break;
    case job_state::cancelled:
      ++books_.cancelled;
      break;
    default:
      throw violation{
        fmt::format("G4: {} ended as {}", name(project, id), to_string(how))};
  }
}

project_status model::status(const std::string& project) const {
  project_status result{.project = project};
  if (const auto at = projects_.find(project); at != projects_.end()) {
    result.running_job = at->second.running;
    result.running = result.running_job.value != 0;
    result.queued = at->second.queued.size();
    result.busy = result.running || result.queued > 0;
  }
  return result;
}

} // namespace foreman::test
