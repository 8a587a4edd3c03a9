#include "world.hpp"

#include "between_locks.hpp"

#include <foreman/job_context.hpp>
#include <foreman/ticket.hpp>

#include <fmt/format.h>

#include <array>

namespace foreman::test {

world::world(std::uint64_t seed)
  : random_{seed},
    with_connections_{chance(30)},
    with_kills_{chance(50)},
    with_drain_{chance(20)},
    max_{.per_project = 2 + pick(8), .total = 5 + pick(20)},
    model_{max_},
    crank_{options(*this), 1 + pick(3)} {
  for (const auto* name : {"ada", "bell", "curie"})
    projects_.emplace_back(name);
}

system_options world::options(world& self) {
  system_options result;
  result.workers = 1 + self.pick(3);
  result.max = self.max_;
  result.turn_jobs = 1 + self.pick(4);
  result.log = [trace = self.trace_](log_level, std::string_view) {};
  result.time = &self.time_;
  result.check.trust_window = {}; // every check is a ping
  if (self.with_connections_)
    result.connections.emplace("main", [&self] {
      return std::make_unique<world_connection>(self.server_up_);
    });
  return result;
}

std::size_t world::pick(std::size_t below) {
  return static_cast<std::size_t>(random_() % below);
}

bool world::chance(unsigned percent) {
  return pick(100) < percent;
}

void world::note(std::string what) {
  history_.push_back(std::move(what));
}

void world::walk(std::size_t steps) {
  using step = bool (world::*)();
  // The first numbers are weights: how often a step is tried.
  static constexpr std::array<std::pair<int, step>, 8> choices{{
    {20, &world::push},
    {20, &world::wake},
    {50, &world::actor},
    {40, &world::bench},
    {6, &world::cancel},
    {3, &world::kill},
    {3, &world::server},
    {1, &world::drain},
  }};
  for (std::size_t i = 0; i < steps; ++i) {
    auto at = static_cast<int>(pick(143));
    for (const auto& [weight, what] : choices)
      if ((at -= weight) < 0) {
        if ((this->*what)())
          agree();
        break;
      }
    time_.advance(std::chrono::microseconds{pick(400)});
  }
  rest();
}

bool world::push() {
  const auto project = projects_[pick(projects_.size())];
  job_options how{.admit = chance(30) ? admission::if_idle : admission::queue,
                  .priority = chance(20) ? static_cast<int>(pick(3)) - 1 : 0};
  job_ptr work = *make_job([this](job_context& x) { return body(x); });
  const auto wanted = model_.verdict(project, how.admit);
  const auto got = crank_.push(project, work, how);
  const auto code = got ? errc::ok : got.error().code();
  note(fmt::format("push to {}: {}", project, to_string(code)));
  if (code != wanted)
    throw violation{fmt::format("G5: a submit to {} was told {}, not {}",
                                project, to_string(code), to_string(wanted))};
  if (!got) {
    model_.rejected();
    return true;
  }
  model_.admitted(project, work->id(), how.priority);
  work->on_finish([this, project](const job& x) { ended(project, x); });
  jobs_.push_back({work, project});
  if (got->wake)
    to_wake_.push_back(*got);
  return true;
}

bool world::wake() {
  if (to_wake_.empty())
    return false;
  const auto at
    = to_wake_.begin() + static_cast<std::ptrdiff_t>(pick(to_wake_.size()));
  note("wake " + at->home->project());
  crank_.wake(*at);
  to_wake_.erase(at);
  return true;
}

bool world::actor() {
  const auto ready = crank_.ready_actors();
  if (ready == 0)
    return false;
  const auto chosen = pick(ready);
  note("message to " + crank_.name_of(chosen));
  const between_locks moments{[this] { meanwhile(); }};
  crank_.step_actor(chosen);
  return true;
}

void world::meanwhile() {
  using step = bool (world::*)();
  if (!chance(5))
    return;
  static constexpr std::array<step, 4> choices{&world::push, &world::bench,
                                               &world::bench, &world::cancel};
  note("meanwhile:");
  try {
    (this->*choices[pick(choices.size())])();
  } catch (const violation& e) {
    broken_ = e.what();
  }
}

bool world::bench() {
  auto& x = *crank_.benches()[pick(crank_.benches().size())];
  if (!x.can_step())
    return false;
  step_bench(x);
  return true;
}

void world::step_bench(cranked_bench& x) {
  const auto before = x.current();
  note(before ? "a body ends" : "a bench steps");
  x.step();
  if (const auto& now = x.current(); now && now != before)
    began(now->home()->project(), now->id());
}

bool world::cancel() {
  if (jobs_.empty())
    return false;
  const auto& x = jobs_[pick(jobs_.size())];
  note(fmt::format("cancel job {} of {}", x.work->id().value, x.project));
  const bool had_ended = x.work->finished();
  const bool ran = x.work->state() == job_state::running;
  const auto done = x.work->home()->cancel(*x.work);
  if (done.has_value() == had_ended)
    throw violation{"G4: a cancel was answered wrongly"};
  if (!had_ended && !ran && x.work->state() != job_state::cancelled)
    throw violation{"G4: a queued job was not cancelled at once"};
  if (ran && !x.work->stop_requested())
    throw violation{"G4: a running job was not asked to stop"};
  return true;
}

bool world::kill() {
  if (!with_kills_ || crank_.ready_actors() == 0)
    return false;
  const auto chosen = pick(crank_.ready_actors());
  const auto name = crank_.name_of(chosen);
  if (name == "foreman.guardian")
    return false;
  note("kill " + name);
  crank_.kill(chosen);
  return true;
}

bool world::server() {
  if (!with_connections_)
    return false;
  server_up_ = !server_up_;
  note(server_up_ ? "the server is up" : "the server is down");
  return true;
}

bool world::drain() {
  if (!with_drain_)
    return false;
  drain_steps steps{crank_.jobs()};
  note("drain");
  model_.draining();
  steps.begin();
  if (chance(50)) {
    at_once_ = true;
    steps.interrupt();
    at_once_ = false;
  }
  return true;
}

int world::body(job_context& context) {
  const auto now = *crank_.jobs().status(context.project());
  if (now.running_job != context.id())
    broken_ = fmt::format("G6: job {} of {} runs, but {} is published",
                          context.id().value, context.project(),
                          now.running_job.value);
  if (with_connections_
      && !context.connection<world_connection>("main").take_checked())
    broken_ = fmt::format("G7: job {} of {} began without a check",
                          context.id().value, context.project());
  if (chance(20))
    push(); // a job that submits, to its own project, too
  context.throw_if_stopped();
  if (chance(10))
    throw 42;
  if (chance(10))
    throw std::runtime_error{"a body failed"};
  return 1;
}

void world::began(const std::string& project, job_id id) {
  if (model_.status(project).running_job == id)
    return; // it was noticed as the one before it ended
  note(fmt::format("job {} of {} began", id.value, project));
  model_.began(project, id);
}

void world::ended(const std::string& project, const job& which) {
  note(fmt::format("job {} of {} ended: {}", which.id().value, project,
                   to_string(which.state())));
  try {
    model_.ended(project, which.id(), which.state());
    // Where nothing has to be checked first, the next one begins as this ends.
    if (const auto now = *crank_.jobs().status(project); now.running)
      began(project, now.running_job);
    if (!at_once_)
      agree_on(project); // whoever hears of it must find it published (G6)
  } catch (const violation& e) {
    broken_ = e.what();
  }
}

// -- what must hold -----------------------------------------------------------

void world::agree_on(const std::string& project) {
  const auto got = *crank_.jobs().status(project);
  const auto wanted = model_.status(project);
  if (got != wanted)
    throw violation{fmt::format(
      "G6: {} runs {} and queues {}, but job {} and {} are published", project,
      wanted.running_job.value, wanted.queued, got.running_job.value,
      got.queued)};
  if (crank_.jobs().is_running(project) != wanted.running
      || crank_.jobs().is_busy(project) != wanted.busy)
    throw violation{"G6: a question about " + project + " is answered wrongly"};
}

void world::agree() {
  if (!broken_.empty())
    throw violation{broken_};
  for (const auto& x : projects_)
    agree_on(x);
  if (crank_.jobs().shared().books.totals() != model_.books())
    throw violation{"G4: the ledger and the model differ"};
}

void world::rest() {
  note("rest");
  server_up_ = true;
  while (!to_wake_.empty())
    wake();
  // What `crank::settle` does, with the model looking on.
  for (bool moved = true; moved;) {
    moved = false;
    for (; crank_.ready_actors() > 0; moved = true) {
      note("message to " + crank_.name_of(0));
      crank_.step_actor(0);
      agree();
    }
    for (auto& x : crank_.benches())
      if (x->can_step()) {
        step_bench(*x);
        agree();
        moved = true;
      }
    for (; !to_wake_.empty(); moved = true)
      wake();
  }
  for (const auto& x : jobs_)
    if (!x.work->finished())
      throw violation{fmt::format("G4: job {} of {} never ended; it is {}",
                                  x.work->id().value, x.project,
                                  to_string(x.work->state()))};
  std::size_t left = 0;
  crank_.jobs().for_each([&left](entry&) { ++left; });
  if (left != 0)
    throw violation{fmt::format("G9: {} idle projects did not retire", left)};
}

} // namespace foreman::test
