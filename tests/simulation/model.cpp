#include "model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace foreman::test {

namespace {

std::string name(const std::string& project, job_id id) {
  return fmt::format("job {} of {}", id.value, project);
}

} // namespace

// -- submit -------------------------------------------------------------------

std::vector<errc> model::verdicts(const std::string& project,
                                  admission asked) const {
  if (draining_)
    return {errc::draining};
  const auto now = status(project);
  std::vector<errc> result;
  if (books_.open() >= max_.total)
    result.push_back(errc::system_full);
  if (asked == admission::if_idle && now.busy)
    result.push_back(errc::project_busy);
  else if (now.queued + (now.running ? 1 : 0) >= max_.per_project)
    result.push_back(errc::project_full);
  if (result.empty())
    result.push_back(errc::ok);
  return result;
}

void model::admitted(const std::string& project, job_id id,
                     const job_options& how) {
  if (const auto told = verdicts(project, how.admit).front(); told != errc::ok)
    throw violation{fmt::format("G5: {} was admitted, but should be told {}",
                                name(project, id), to_string(told))};
  ++books_.admitted;
  if (id.value != books_.admitted)
    throw violation{fmt::format("G2: {} is not number {}", name(project, id),
                                books_.admitted)};
  projects_[project].queued.emplace(
    key{how.priority, id},
    waiting_job{how.if_unavailable,
                how.connections.all() || !how.connections.names().empty(),
                now_});
}

// -- run ----------------------------------------------------------------------

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
  x.leaves = job_state::running;
}

void model::leaves(const std::string& project, job_state how) {
  projects_[project].leaves = how;
}

// -- end ----------------------------------------------------------------------

void model::ended(const std::string& project, job_id id, job_state how,
                  bool still_runs) {
  auto& x = projects_[project];
  const auto what = name(project, id);
  if (x.running == id && still_runs)
    give_up(x, what, how);
  else if (x.running == id)
    end_running(x, what, how);
  else
    end_queued(x, id, what, how);
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
      throw violation{fmt::format("G4: {} ended as {}", what, to_string(how))};
  }
}

void model::give_up(project_jobs& x, const std::string& what, job_state how) {
  if (x.given_up)
    throw violation{fmt::format("G4: {} ended twice", what)};
  if (!gives_up_ || how != job_state::failed)
    throw violation{
      fmt::format("G4: {} {}, but its body runs", what, to_string(how))};
  x.given_up = true;
}

void model::end_running(project_jobs& x, const std::string& what,
                        job_state how) {
  if (how != x.leaves)
    throw violation{fmt::format("G4: {} {}, but its body {}", what,
                                to_string(how), to_string(x.leaves))};
  x.running = {};
}

void model::end_queued(project_jobs& x, job_id id, const std::string& what,
                       job_state how) {
  const auto at
    = std::find_if(x.queued.begin(), x.queued.end(),
                   [&](const auto& y) { return y.first.second == id; });
  if (at == x.queued.end())
    throw violation{fmt::format("G4: {} ended twice, or without having been "
                                "admitted",
                                what)};
  if (how == job_state::succeeded)
    throw violation{fmt::format("G4: {} succeeded without having begun", what)};
  if (how == job_state::failed && !may_fail(at->second))
    throw violation{
      fmt::format("G4: {} failed without having begun, for no reason", what)};
  // One that was deferred until another one overtook it fails in its time, too.
  if (how == job_state::failed && at != x.queued.begin()
      && (at->second.if_unavailable != unavailable_policy::defer
          || now_ - at->second.admitted_at < max_deferral_))
    throw violation{fmt::format("G2: {} failed, but was not the next", what)};
  x.queued.erase(at);
}

bool model::may_fail(const waiting_job& how) const {
  if (!how.needs_connections
      || how.if_unavailable == unavailable_policy::run_anyway)
    return false;
  // It may have been deferred and resumed in one breath, long ago.
  return (in_trouble_ != trouble::none
          && now_ - how.admitted_at >= max_deferral_)
    || in_trouble_ == trouble::misconfigured
    || (in_trouble_ == trouble::unavailable
        && how.if_unavailable == unavailable_policy::fail);
}

void model::returned(const std::string& project) {
  auto& x = projects_[project];
  if (!x.given_up)
    throw violation{fmt::format("G4: {} vanished without an outcome",
                                name(project, x.running))};
  x.given_up = false;
  x.running = {};
}

// -- deferring ----------------------------------------------------------------

void model::deferred(const std::string& project, job_id id,
                     const std::string& connection) {
  auto& x = projects_[project];
  const auto next = x.queued.begin();
  if (x.running.value != 0 || next == x.queued.end() || next->first.second != id
      || !next->second.needs_connections)
    throw violation{fmt::format("G7: {} is deferred, but is not the next one, "
                                "or needs no connection",
                                name(project, id))};
  x.deferred = id;
  x.deferred_for = connection;
}

void model::resumed(const std::string& project) {
  projects_[project].deferred_for.clear();
}

void model::at_rest() const {
  for (const auto& [project, x] : projects_)
    if (!x.queued.empty() && x.running.value == 0
        && (x.deferred_for.empty()
            || x.queued.begin()->first.second != x.deferred))
      throw violation{fmt::format(
        "G4: nothing moves, and job {} of {} waits, but not for a connection",
        x.queued.begin()->first.second.value, project)};
}

// -- questions ----------------------------------------------------------------

project_status model::status(const std::string& project) const {
  project_status result{.project = project};
  if (const auto at = projects_.find(project); at != projects_.end()) {
    result.running_job = at->second.running;
    result.running = result.running_job.value != 0;
    result.queued = at->second.queued.size();
    result.busy = result.running || result.queued > 0;
    if (!at->second.deferred_for.empty()) {
      result.deferred_job = at->second.deferred;
      result.deferred_for = at->second.deferred_for;
    }
  }
  return result;
}

} // namespace foreman::test
