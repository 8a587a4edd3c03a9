#include "world.hpp"

#include "between_locks.hpp"

#include <foreman/actors/supervisor.hpp>
#include <foreman/job_context.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace foreman::test {

namespace {

actors::sizes sizes(choices& choose) {
  return {.places_each = 1 + choose.pick(3),
          .most_idle = choose.pick(4),
          .most_new = 1 + choose.pick(3),
          .most_under_way = 1 + choose.pick(2)};
}

limits chosen_limits(choices& choose) {
  return {.per_project = 2 + choose.pick(8), .total = 5 + choose.pick(20)};
}

} // namespace

world::world(std::uint64_t seed, census& met)
  : choose_{seed},
    has_{.connections = choose_.chance(30),
         .deaths = choose_.chance(50),
         .drain = choose_.chance(20),
         .messages = choose_.chance(30),
         .sudden_end = choose_.chance(20)},
    met_{met},
    max_{chosen_limits(choose_)},
    seen_{model{max_, checks_.max_deferral},
          {"ada", "bell", "curie"},
          met,
          time_,
          [this](std::string what) { note(std::move(what)); }},
    crank_{options(*this), sizes(choose_)},
    benches_(crank_.benches().size()),
    client_{crank_, seen_} {
  seen_.watch(crank_.jobs());
}

world::~world() = default;

system_options world::options(world& self) {
  system_options result;
  result.workers = 1 + self.choose_.pick(3);
  result.max = self.max_;
  result.turn_jobs = 1 + self.choose_.pick(4);
  result.log = [trace = self.trace_](log_level, std::string_view) {};
  result.time = &self.time_;
  result.check = self.checks_;
  self.hooks_ = {.broken =
                   [&self](const std::string& what) {
                     self.seen_.contain([&] { throw violation{what}; });
                   },
                 .while_opening = between_locks::pass_time,
                 .now = [&self] { return self.time_.now(); }};
  if (self.has_.connections)
    for (auto& server : self.servers_)
      result.connections.emplace(server.name, [&self, &server] {
        const auto& how = self.checks_;
        return std::make_unique<world_connection>(
          server, how.max_opens, how.break_after, how.min_break, self.hooks_);
      });
  return result;
}

// Short enough for a walk, which takes some 80 ms.
check_options world::checks(world& self) {
  using std::chrono::milliseconds;
  auto& choose = self.choose_;
  return {.max_age = milliseconds{5 + choose.pick(50)},
          .trust_window = milliseconds{choose.pick(10)},
          .max_opens = 1 + choose.pick(2),
          .first_backoff = milliseconds{choose.pick(3)},
          .break_after = 1 + choose.pick(3),
          .min_break = milliseconds{2},
          .max_break = milliseconds{10},
          .max_deferral = milliseconds{choose.pick(20)}};
}

// -- moving -------------------------------------------------------------------

void world::walk(const std::vector<std::size_t>& steps) {
  static constexpr std::array<weighted_step, 10> all{{
    {20, &world::push},
    {20, &world::wake},
    {50, &world::actor},
    {40, &world::bench},
    {6, &world::cancel},
    {3, &world::kill},
    {5, &world::server},
    {2, &world::drain},
    {8, &world::message},
    {3, &world::time},
  }};
  for (const auto number : steps) {
    choose_.begin_step(number);
    time_.advance(std::chrono::microseconds{choose_.pick(400)});
    auto left = choose_.pick(157);
    const auto* chosen = all.data();
    for (; left >= chosen->weight; ++chosen)
      left -= chosen->weight;
    move([&] { return (this->*chosen->take)(); });
  }
  choose_.begin_step(0);
  if (has_.sudden_end)
    end();
  else
    rest();
}

void world::move(const std::function<bool()>& take) {
  bool moved = false;
  {
    const between_locks moments{[this] { meanwhile(); }};
    moved = take();
  }
  for (auto& x : servers_) {
    x.all_is_known();
    if (std::exchange(x.healed, false))
      x.in_trouble = x.locked_out = false;
  }
  if (moved)
    seen_.agree();
}

void world::meanwhile() {
  if (!choose_.chance(5))
    return;
  static constexpr std::array<step, 7> others{
    &world::push,  &world::wake,   &world::bench, &world::bench,
    &world::bench, &world::cancel, &world::drain};
  seen_.contain([this] {
    seen_.look();
    note("meanwhile:");
    if (!(this->*others[choose_.pick(others.size())])())
      history_.pop_back();
    seen_.look();
  });
}

void world::rest() {
  note("rest");
  while (move_all())
    ;
  seen_.nothing_moves();
  for (auto& x : servers_)
    x.how = world_server::mode::up;
  // All timers, and what they bring about. Who is deferred comes back in turns.
  for (std::size_t i = 0; i < 2 || (i < 1'000 && somebody_waits()); ++i) {
    actor_time_ += std::chrono::hours{1};
    crank_.advance(std::chrono::hours{1});
    time_.advance(std::chrono::seconds{1});
    while (move_all())
      ;
    seen_.nothing_moves();
  }
  seen_.at_rest(crank_.shared().size.most_idle);
}

void world::end() {
  note("the system ends");
  ending_ = true;
  crank_.end(true);
  for (const auto& x : seen_.jobs())
    if (!x.work->finished())
      throw violation{fmt::format("G4: job {} of {} has no outcome, and its "
                                  "system is gone",
                                  x.work->id().value,
                                  x.work->home()->project())};
}

bool world::somebody_waits() const {
  const auto& all = seen_.projects();
  return std::any_of(all.begin(), all.end(), [this](const auto& x) {
    return seen_.rules().status(x).busy;
  });
}

bool world::move_all() {
  bool moved = false;
  for (; crank_.ready_actors() > 0; moved = true)
    move([this] {
      step_actor(0);
      return true;
    });
  for (std::size_t i = 0; i < benches_.size(); ++i)
    if (crank_.benches()[i]->can_step()) {
      moved = true;
      move([&] {
        step_bench(i);
        return true;
      });
    }
  for (; !to_wake_.empty(); moved = true)
    move([this] { return wake(); });
  return moved;
}

// -- what a host does ---------------------------------------------------------

observer::submit world::new_submit(std::string_view way_in) {
  const auto& projects = seen_.projects();
  const job_options how{
    .admit = choose_.chance(30) ? admission::if_idle : admission::queue,
    .priority = choose_.chance(20) ? static_cast<int>(choose_.pick(3)) - 1 : 0,
    .connections = new_needs(),
    .if_unavailable = static_cast<unavailable_policy>(
      choose_.chance(50) ? 0 : choose_.pick(3))};
  return {.way_in = way_in,
          .work
          = *make_job([this, how](job_context& x) { return body(x, how); }),
          .project = projects[choose_.pick(projects.size())],
          .how = how};
}

connection_needs world::new_needs() {
  if (!has_.connections || choose_.chance(50))
    return {};
  if (choose_.chance(20))
    return connection_needs::none();
  return {servers_.at(choose_.pick(servers_.size())).name};
}

bool world::push() {
  push_as("host");
  return true;
}

void world::push_as(std::string_view way_in) {
  auto what = new_submit(way_in);
  note(fmt::format("{} pushes to {}", way_in, what.project));
  const auto sent = seen_.submitting(std::move(what));
  const auto got = crank_.push(sent->project, sent->work, sent->how);
  const auto verdict = got ? errc::ok : got.error().code();
  note(fmt::format("told {}", to_string(verdict)));
  if (got && got->wake)
    to_wake_.push_back(*got);
  seen_.told(sent, verdict);
}

bool world::wake() {
  if (to_wake_.empty())
    return false;
  const auto at = to_wake_.begin()
    + static_cast<std::ptrdiff_t>(choose_.pick(to_wake_.size()));
  const auto chosen = std::move(*at);
  to_wake_.erase(at);
  note("wake " + chosen.home->project());
  crank_.wake(chosen);
  return true;
}

bool world::cancel() {
  const auto& all = seen_.jobs();
  if (all.empty())
    return false;
  const auto chosen = all[choose_.pick(all.size())].work;
  const auto project = chosen->home()->project();
  met_.happened("cancel", seen_.state_of(project));
  note(fmt::format("cancel job {} of {}", chosen->id().value, project));
  const bool had_ended = chosen->finished();
  const auto done = chosen->home()->cancel(*chosen);
  if (had_ended && done)
    throw violation{"G4: a job was cancelled that had ended"};
  if (!done && !chosen->finished())
    throw violation{"G4: a job that had not ended was not cancelled"};
  if (done && !chosen->finished() && !chosen->stop_requested())
    throw violation{"G4: a running job was not asked to stop"};
  return true;
}

bool world::drain() {
  if (!has_.drain || drain_moves_ || drain_stage_ == 3)
    return false;
  if (drain_stage_ == 0 && choose_.chance(90))
    return false; // else it comes before there is much to drain
  drain_moves_ = true;
  step_drain(drain_stage_++);
  drain_moves_ = false;
  return true;
}

void world::step_drain(std::size_t stage) {
  static constexpr std::array<std::string_view, 3> names{"drain", "interrupt",
                                                         "drain is over"};
  note(std::string{names.at(stage)});
  seen_.happened(names.at(stage));
  if (stage == 0) {
    drain_.emplace(crank_.jobs());
    drain_->begin();
  } else if (stage == 1) {
    drain_->interrupt();
  } else {
    seen_.rules().gives_up();
    const auto report = drain_->finish(drain_policy::abandon);
    if (report.books.open() != 0)
      throw violation{"G10: a drain left jobs without an outcome"};
  }
}

// -- what another actor does --------------------------------------------------

bool world::message() {
  using sender = void (world::*)();
  if (!has_.messages)
    return false;
  static constexpr std::array<sender, 8> all{
    &world::send_submit,   &world::send_submit,   &world::send_submit,
    &world::send_question, &world::send_question, &world::send_cancel,
    &world::send_cancel,   &world::send_drain};
  (this->*all.at(choose_.pick(all.size())))();
  return true;
}

void world::send_submit() {
  auto what = new_submit("message");
  note("an actor submits to " + what.project);
  client_.submit(std::move(what));
}

void world::send_question() {
  const auto& projects = seen_.projects();
  const auto& project = projects[choose_.pick(projects.size())];
  note("an actor asks about " + project);
  client_.ask(project);
}

void world::send_cancel() {
  const auto& all = seen_.jobs();
  if (all.empty())
    return;
  const auto chosen = all[choose_.pick(all.size())];
  met_.happened("cancel", seen_.state_of(chosen.project));
  note(fmt::format("an actor cancels job {} of {}", chosen.work->id().value,
                   chosen.project));
  client_.cancel(chosen);
}

void world::send_drain() {
  if (!has_.drain || !choose_.chance(20))
    return;
  constexpr std::chrono::nanoseconds deadline = std::chrono::seconds{1};
  note("an actor drains");
  seen_.happened("drain");
  if (!drain_ends_)
    drain_ends_ = actor_time_ + deadline;
  client_.drain(deadline);
}

bool world::time() {
  note("a second passes");
  actor_time_ += std::chrono::seconds{1};
  if (drain_ends_ && actor_time_ >= *drain_ends_)
    seen_.rules().gives_up();
  crank_.advance(std::chrono::seconds{1});
  return true;
}

// -- what actors and bodies do ------------------------------------------------

bool world::actor() {
  const auto ready = crank_.ready_actors();
  if (ready == 0)
    return false;
  step_actor(choose_.pick(ready));
  return true;
}

void world::step_actor(std::size_t index) {
  const auto name = crank_.name_of(index);
  auto what = crank_.message_of(index);
  note(fmt::format("{} handles {}", name, what));
  if (constexpr std::string_view ours = "foreman."; name.starts_with(ours)) {
    const auto who = crank_.address_of(index);
    auto& known
      = known_.try_emplace(who.id(), known_actor{who, name, {}}).first->second;
    if (!known.last_message.empty())
      met_.handled(name.substr(ours.size()), known.last_message, what);
    known.last_message = std::move(what);
  }
  crank_.step_actor(index);
}

bool world::bench() {
  const auto number = choose_.pick(benches_.size());
  const auto& x = *crank_.benches()[number];
  if (benches_[number].moving || !x.can_step())
    return false;
  if (x.current() && choose_.chance(50))
    return false; // its body takes its time
  step_bench(number);
  return true;
}

void world::step_bench(std::size_t number) {
  auto& x = *crank_.benches()[number];
  auto& state = benches_[number];
  note(fmt::format("bench {}: {}", number,
                   x.current()     ? "a body ends"
                     : x.in_turn() ? "in a turn"
                                   : "takes an order"));
  state.in_trouble
    = x.in_turn() ? std::max(state.in_trouble, trouble()) : trouble();
  state.moving = true;
  const auto before = seen_.rules().in_trouble(state.in_trouble);
  x.step();
  seen_.contain([this] { seen_.look(); });
  seen_.rules().in_trouble(before);
  state.moving = false;
}

model::trouble world::trouble() const {
  auto result = model::trouble::none;
  for (const auto& x : servers_)
    if (x.how == world_server::mode::locked || x.locked_out)
      result = model::trouble::misconfigured;
    else if (x.how != world_server::mode::up || x.in_trouble)
      result = std::max(result, model::trouble::unavailable);
  return result;
}

int world::body(job_context& context, const job_options& how) {
  if (ending_)
    return 1;
  seen_.contain([&] { look_around(context, how); });
  if (choose_.chance(20)) // to its own project, too
    seen_.contain([this] { push_as("body"); });
  auto& rules = seen_.rules();
  if (context.stop_requested()) {
    rules.leaves(context.project(), job_state::cancelled);
    context.throw_if_stopped();
  }
  if (choose_.chance(10)) {
    rules.leaves(context.project(), job_state::failed);
    throw 42;
  }
  if (choose_.chance(10)) {
    rules.leaves(context.project(), job_state::failed);
    throw std::runtime_error{"a body failed"};
  }
  rules.leaves(context.project(), job_state::succeeded);
  return 1;
}

void world::look_around(job_context& context, const job_options& how) {
  const auto now = *crank_.jobs().status(context.project());
  if (now.running_job != context.id())
    throw violation{fmt::format("G6: job {} of {} runs, but {} is published",
                                context.id().value, context.project(),
                                now.running_job.value)};
  if (has_.connections)
    for (const auto& x : servers_)
      look_at(context, how, x);
}

void world::look_at(job_context& context, const job_options& how,
                    const world_server& which) {
  const auto& names = how.connections.names();
  const bool declared = how.connections.all()
    || std::find(names.begin(), names.end(), which.name) != names.end();
  const auto what = [&] {
    return fmt::format("job {} of {}", context.id().value, context.project());
  };
  try {
    auto& got = context.connection<world_connection>(which.name);
    if (!declared)
      throw violation{"G7: " + what()
                      + " got a connection that it did not "
                        "declare"};
    if (!got.take_checked())
      throw violation{"G7: " + what() + " began without a check"};
  } catch (const exception& e) {
    const auto right
      = declared ? errc::connection_unavailable : errc::unknown_connection;
    if (e.why().code() != right
        || (declared && how.if_unavailable != unavailable_policy::run_anyway))
      throw violation{"G7: " + what() + " was told: " + e.why().message()};
  }
}

// -- what dies ----------------------------------------------------------------

bool world::kill() {
  if (!has_.deaths)
    return false;
  static constexpr std::array<std::string_view, 4> kinds{
    "foreman.registry", "foreman.pool", "foreman.supervisor", "foreman.worker"};
  const auto kind = kinds.at(choose_.pick(kinds.size()));
  std::vector<caf::strong_actor_ptr> found;
  for (const auto& [id, x] : known_)
    if (auto who = caf::actor_cast<caf::strong_actor_ptr>(x.who);
        who && x.name == kind)
      found.push_back(std::move(who));
  if (found.empty())
    return false;
  const auto chosen
    = caf::actor_cast<caf::actor>(found[choose_.pick(found.size())]);
  note_death(std::string{kind}, chosen.id());
  caf::anon_send_exit(chosen, caf::exit_reason::kill);
  return true;
}

void world::note_death(const std::string& name, caf::actor_id who) {
  note("kill " + name);
  if (name == "foreman.registry")
    seen_.happened("registry dies");
  else if (name == "foreman.pool")
    seen_.happened("pool dies");
  else if (name == "foreman.worker")
    seen_.happened("a worker dies");
  else
    crank_.jobs().for_each([&](entry& x) {
      if (const auto its = actors::supervisor_of(x);
          its && its->handle().id() == who)
        met_.happened("its supervisor dies", seen_.state_of(x.project()));
    });
}

bool world::server() {
  if (!has_.connections)
    return false;
  using mode = world_server::mode;
  static constexpr std::array<std::string_view, 4> names{"up", "down",
                                                         "stopped", "locked"};
  auto& x = servers_.at(choose_.pick(servers_.size()));
  x.how = x.how == mode::up ? static_cast<mode>(choose_.pick(names.size()))
                            : mode::up;
  // Also if it is up again at once: it was restarted.
  ++x.incarnation;
  note(
    fmt::format("{} is {}", x.name, names.at(static_cast<std::size_t>(x.how))));
  x.in_trouble = true;
  x.healed = false;
  seen_.happened("a server fails");
  return true;
}

} // namespace foreman::test
