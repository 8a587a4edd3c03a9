#include "batch.hpp"

#include <utility>

namespace supervisor {

void batch::admitted(const job_line& what,
                     const foreman::ticket<void>& ticket) {
  projects_.insert(what.project);
  open_.emplace(ticket.id(), open_job{ticket, what.line, what.what.kind, {}});
}

const open_job* batch::started(const job_started& what) {
  const auto at = open_.find(what.id);
  if (at == open_.end())
    return nullptr;
  at->second.started = what.at;
  ++running_;
  return &at->second;
}

ended_job batch::ended(const job_ended& what) {
  const auto job = std::move(open_.extract(what.id).mapped());
  ended_job result{what.id,  job.line, job.ticket.project(),
                   job.kind, what.how, {}};
  if (job.started) {
    --running_;
    result.took = what.at - *job.started;
  }
  count(result);
  return result;
}

ended_job batch::rejected(const job_line& what, const foreman::error& why) {
  projects_.insert(what.project);
  ended_job result{{},
                   what.line,
                   what.project,
                   what.what.kind,
                   {foreman::job_state::failed, why}};
  count(result);
  return result;
}

void batch::count(const ended_job& job) {
  switch (job.how.state) {
    case foreman::job_state::succeeded:
      ++succeeded_;
      return;
    case foreman::job_state::cancelled:
      ++cancelled_;
      break;
    default:
      ++failed_;
  }
  if (listed_.size() < max_listed)
    listed_.emplace(job.line, job);
}

} // namespace supervisor
