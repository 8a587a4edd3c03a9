#include "observer.hpp"

#include "between_locks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace foreman::test {

observer::observer(model rules, std::vector<std::string> projects, census& met,
                   const clock& time, log history)
  : met_{met},
    time_{time},
    note_{std::move(history)},
    projects_{std::move(projects)},
    rules_{std::move(rules)} {}

// -- submits ------------------------------------------------------------------

observer::submit_ref observer::submitting(submit what) {
  met_.happened("submit", state_of(what.project));
  submits_.push_back(std::move(what));
  remember(submits_.back());
  return std::prev(submits_.end());
}

void observer::told(submit_ref which, errc verdict) {
  look();
  met_.told(which->way_in,
            verdict == errc::ok ? "admitted" : to_string(verdict));
  const bool was_admitted = static_cast<bool>(which->work->home());
  if (was_admitted != (verdict == errc::ok))
    throw violation{fmt::format("G5: a submit to {} was told {}",
                                which->project, to_string(verdict))};
  const auto& right = which->verdicts;
  if (std::find(right.begin(), right.end(), verdict) == right.end())
    throw violation{fmt::format("G5: a submit to {} was told {}, not {}",
                                which->project, to_string(verdict),
                                to_string(right.back()))};
  if (verdict != errc::ok)
    rules_.rejected();
  submits_.erase(which);
}

void observer::told_nothing(submit_ref which) {
  look();
  submits_.erase(which);
}

// -- questions ----------------------------------------------------------------

observer::question_ref observer::asking(std::string project) {
  met_.happened("question", state_of(project));
  questions_.push_back({std::move(project), {}});
  remember(questions_.back());
  return std::prev(questions_.end());
}

void observer::answered(question_ref which, const project_status* answer) {
  look();
  const auto right = std::move(which->answers);
  questions_.erase(which);
  if (answer != nullptr
      && std::find(right.begin(), right.end(), *answer) == right.end())
    throw violation{
      fmt::format("G6: the answer about {} was never true", answer->project)};
}

// -- looking ------------------------------------------------------------------

void observer::look() {
  const between_locks::suspended nobody_moves;
  rules_.time_is(time_.now());
  see_drain();
  see_ends();
  see_admissions();
  see_bodies();
  see_deferrals();
  remember();
}

void observer::see_drain() {
  if (jobs_->shared().books.draining())
    rules_.draining();
}

void observer::see_ends() {
  for (std::size_t i = 0; i < open_.size();) {
    auto& x = all_[open_[i]];
    const auto state = x.work->state();
    if (!is_final(state)) {
      ++i;
      continue;
    }
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
    x.ended = true;
    const auto id = x.work->id();
    note_(
      fmt::format("job {} of {} {}", id.value, x.project, to_string(state)));
    const bool ran = rules_.status(x.project).running_job == id;
    if (!ran && state == job_state::failed)
      met_.happened("check fails", state_of(x.project));
    x.given_up = jobs_->status(x.project)->running_job == id;
    rules_.ended(x.project, id, state, x.given_up);
    met_.job_became(ran ? "running" : "queued",
                    x.given_up ? "abandoned" : to_string(state));
  }
}

void observer::see_admissions() {
  std::vector<submit*> found;
  for (auto& x : submits_)
    if (x.work->home()
        && std::none_of(all_.rbegin(), all_.rend(),
                        [&](const auto& y) { return y.work == x.work; }))
      found.push_back(&x);
  std::sort(found.begin(), found.end(), [](const auto* x, const auto* y) {
    return x->work->id() < y->work->id();
  });
  for (const auto* x : found)
    admitted(*x);
}

void observer::admitted(const submit& x) {
  if (x.overtaken)
    throw violation{fmt::format("G2: job {} of {} was sent before one that was "
                                "admitted before it",
                                x.work->id().value, x.project)};
  if (x.way_in == "message")
    for (auto& y : submits_) {
      if (&y == &x)
        break;
      y.overtaken = y.overtaken || y.way_in == "message";
    }
  note_(fmt::format("job {} of {} is admitted, {}", x.work->id().value,
                    x.project, x.way_in));
  rules_.admitted(x.project, x.work->id(), x.how);
  open_.push_back(all_.size());
  all_.push_back({x.work, x.project});
  x.work->on_finish([this](const job& which) { announced(which); });
}

void observer::see_bodies() {
  for (const auto& project : projects_) {
    const auto now = jobs_->status(project)->running_job;
    const auto before = rules_.status(project).running_job;
    if (now == before)
      continue;
    if (before.value != 0) {
      rules_.returned(project);
      met_.job_became("running", "returned");
      note_(fmt::format("job {} of {} returned", before.value, project));
    }
    if (now.value != 0) {
      note_(fmt::format("job {} of {} began", now.value, project));
      rules_.began(project, now);
      met_.job_became("queued", "running");
    }
  }
}

void observer::see_deferrals() {
  for (const auto& project : projects_) {
    const auto now = *jobs_->status(project);
    const auto before = rules_.status(project);
    if (now.deferred_job == before.deferred_job
        && now.deferred_for == before.deferred_for)
      continue;
    const bool is_deferred = now.deferred_job.value != 0;
    if (is_deferred) {
      rules_.deferred(project, now.deferred_job, now.deferred_for);
      note_(fmt::format("job {} of {} is deferred for {}",
                        now.deferred_job.value, project, now.deferred_for));
    } else {
      rules_.resumed(project);
      note_(project + " is resumed");
    }
    met_.happened(is_deferred ? "deferred" : "resumed", state_of(project));
  }
}

void observer::remember() {
  for (auto& x : submits_)
    remember(x);
  for (auto& x : questions_)
    remember(x);
}

void observer::remember(submit& x) const {
  for (const auto verdict : rules_.verdicts(x.project, x.how.admit))
    if (std::find(x.verdicts.begin(), x.verdicts.end(), verdict)
        == x.verdicts.end())
      x.verdicts.push_back(verdict);
}

void observer::remember(question& x) const {
  auto now = rules_.status(x.project);
  if (x.answers.empty() || x.answers.back() != now)
    x.answers.push_back(std::move(now));
}

void observer::announced(const job& which) {
  contain([&] {
    look();
    const auto found
      = std::find_if(all_.rbegin(), all_.rend(),
                     [&](const auto& x) { return x.work.get() == &which; });
    ++found->announced;
    // Whoever hears of it must find it published (G6).
    if (!found->ended)
      throw violation{
        fmt::format("G6: job {} of {} was announced before it ended",
                    which.id().value, found->project)};
    agree_on(found->project);
  });
}

// -- what must hold -----------------------------------------------------------

void observer::agree_on(const std::string& project) {
  const between_locks::suspended nobody_moves;
  const auto got = *jobs_->status(project);
  const auto wanted = rules_.status(project);
  if (got != wanted)
    throw violation{fmt::format(
      "G6: {} runs {} and queues {}, but job {} and {} are published", project,
      wanted.running_job.value, wanted.queued, got.running_job.value,
      got.queued)};
  if (jobs_->is_running(project) != wanted.running
      || jobs_->is_busy(project) != wanted.busy)
    throw violation{"G6: a question about " + project + " is answered wrongly"};
}

void observer::agree() {
  look();
  if (!broken_.empty())
    throw violation{broken_};
  for (const auto& x : projects_)
    agree_on(x);
  auto got = jobs_->shared().books.totals();
  const auto& wanted = rules_.books();
  // Of these the submitter has not been told yet.
  const auto pending = got.rejected - wanted.rejected;
  got.rejected = wanted.rejected;
  if (got != wanted || pending > submits_.size())
    throw violation{"G4: the ledger and the model differ"};
}

void observer::nothing_moves() {
  agree();
  rules_.at_rest();
  const auto& ends = jobs_->shared().connections;
  for (std::size_t i = 0; i < ends.size(); ++i)
    if (const auto now = ends.at(i)->status();
        now.deferred_projects != 0 && now.last_error.empty())
      throw violation{fmt::format("G3: nothing moves, and {} projects wait for "
                                  "{}, which is well",
                                  now.deferred_projects, now.name)};
}

void observer::at_rest(std::size_t most_idle) {
  agree();
  for (const auto& x : projects_)
    if (const auto now = rules_.status(x); now.busy)
      throw violation{fmt::format("G4: nothing moves, and {} jobs of {} wait",
                                  now.queued, x)};
  for (const auto& x : all_)
    if (x.announced != 1)
      throw violation{
        fmt::format("G4: the end of job {} of {} was announced {} "
                    "times",
                    x.work->id().value, x.project, x.announced)};
  std::size_t left = 0;
  jobs_->for_each([&left](entry&) { ++left; });
  if (left > most_idle)
    throw violation{fmt::format("G9: {} idle projects did not retire, {} may "
                                "rest",
                                left, most_idle)};
}

// -- census -------------------------------------------------------------------

std::string_view observer::state_of(const std::string& project) const {
  const auto now = rules_.status(project);
  if (now.running)
    return now.queued == 0 ? "running" : "running and queued";
  return now.queued == 0 ? "idle" : "queued";
}

void observer::happened(std::string_view event) {
  for (const auto& x : projects_)
    met_.happened(event, state_of(x));
}

} // namespace foreman::test
