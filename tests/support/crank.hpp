#pragma once

// Turns all actors of a foreman system by hand, one message at a time, on the
// deterministic scheduler of CAF 0.17: nothing moves unless a test moves it.

#include <foreman/actors/start.hpp>
#include <foreman/runner.hpp>

#include <caf/scheduled_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace foreman::test {

/// A worker without a thread: each `step` takes an order, or is *begin* or
/// *end* of a body, or the end of a turn.
class cranked_bench {
public:
  cranked_bench(actors::context& shared, connection_set connections)
    : shared_{shared}, jobs_{std::move(connections), *shared.options.time} {}

  bool can_step() const {
    return in_turn_ || shared_.orders.has_orders();
  }

  /// Whether it has begun a turn and not ended it.
  bool in_turn() const {
    return in_turn_;
  }

  /// The job whose body has begun and not ended; null if there is none.
  const job_ptr& current() const {
    return jobs_.current();
  }

  void step() {
    if (in_turn_)
      return step_turn();
    auto next = shared_.orders.try_take();
    if (!next)
      return; // another bench was quicker
    in_turn_ = jobs_.begin_turn(std::move(next->which));
    if (in_turn_ && next->check_first)
      jobs_.check();
  }

private:
  void step_turn() {
    if (jobs_.current())
      jobs_.end_job();
    else if (!jobs_.begin_job()) {
      in_turn_ = false;
      shared_.way_in.wake(jobs_.end_turn());
    }
  }

  actors::context& shared_;
  runner jobs_;
  bool in_turn_ = false;
};

/// A foreman system whose every actor and body is moved by the test.
class crank {
public:
  /// An idle project retires at once, unless told otherwise.
  explicit crank(system_options options,
                 const actors::sizes& size = {.most_idle = 0})
    : shared_{std::make_shared<actors::context>(
      std::move(options), [] { return 0.5; }, size, hash_seed{})} {
    // No thread but the test's own.
    shared_->jobs.shared().aside = {&errands_at_once(), [](auto*) {}};
    for (std::size_t i = 0; i < shared_->options.workers; ++i)
      benches_.push_back(
        std::make_shared<cranked_bench>(*shared_, shared_->make_connections()));
    guardian_ = actors::start(system_, shared_);
  }

  ~crank() {
    end();
  }

  crank(const crank&) = delete;
  crank& operator=(const crank&) = delete;

  actors::context& shared() {
    return *shared_;
  }

  table& jobs() {
    return shared_->jobs;
  }

  caf::actor_system& system() {
    return system_;
  }

  const std::vector<std::shared_ptr<cranked_bench>>& benches() const {
    return benches_;
  }

  const actors::guardian_actor& guardian() const {
    return guardian_;
  }

  /// Does what a system does as it ends, without threads, once. At a deadline
  /// of 0 all is shut in the middle of whatever is under way: messages to
  /// actors that end, bodies that run, turns that nobody has begun. Else bodies
  /// end first, then the actors do.
  void end(bool at_once = false) {
    if (!guardian_)
      return;
    drain_steps last{shared_->jobs};
    last.begin();
    last.interrupt();
    if (!at_once)
      settle();
    last.finish(drain_policy::wait);
    shared_->way_in.close();
    caf::anon_send(guardian_, actors::stop_atom_v);
    guardian_ = nullptr;
    for (std::size_t i = 0; i < benches_.size(); ++i)
      shared_->orders.close(i);
    settle();
  }

  // -- steps ------------------------------------------------------------------

  /// How many actors have a message to handle.
  std::size_t ready_actors() {
    return coordinator().jobs.size();
  }

  /// Lets the ready actor at `index` handle one message.
  void step_actor(std::size_t index) {
    auto& ready = coordinator().jobs;
    const auto chosen = ready.begin() + static_cast<std::ptrdiff_t>(index);
    std::rotate(ready.begin(), chosen, chosen + 1);
    coordinator().run_once();
  }

  /// The name of the ready actor at `index`.
  std::string name_of(std::size_t index) {
    return actor_at(index).name();
  }

  /// The address of the ready actor at `index`.
  caf::actor_addr address_of(std::size_t index) {
    return actor_at(index).address();
  }

  /// The name of the message that the ready actor at `index` handles next.
  std::string message_of(std::size_t index) {
    const auto* next = actor_at(index).peek_at_next_mailbox_element();
    if (next == nullptr)
      return "nothing";
    const auto& what = next->content();
    if (what.empty())
      return "answer";
    if (what.match_element<caf::exit_msg>(0))
      return "exit";
    if (what.match_element<caf::down_msg>(0))
      return "down";
    if (what.match_element<caf::atom_value>(0))
      return to_string(what.get_as<caf::atom_value>(0));
    return "answer";
  }

  /// Kills the ready actor at `index`: it handles what it began, and no more.
  void kill(std::size_t index) {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(&actor_at(index)),
                        caf::exit_reason::kill);
  }

  /// Handles all messages there are; bodies do not move.
  void settle_actors() {
    while (ready_actors() > 0)
      step_actor(0);
  }

  /// Moves actors and bodies, in turn, until nothing can move.
  void settle() {
    for (bool moved = true; moved;) {
      moved = ready_actors() > 0;
      settle_actors();
      for (auto& x : benches_)
        if (x->can_step()) {
          x->step();
          moved = true;
        }
    }
  }

  /// Lets each actor that is ready handle a message, then each bench take a
  /// step.
  void step_all() {
    for (auto left = ready_actors(); left > 0 && ready_actors() > 0; --left)
      step_actor(0);
    for (auto& x : benches_)
      if (x->can_step())
        x->step();
  }

  /// Moves the actor clock on; what is due can be stepped then.
  void advance(std::chrono::nanoseconds time) {
    coordinator().advance_time(time);
  }

  // -- a host's two steps -----------------------------------------------------

  /// *push*: the verdict, without the wake that follows an admission.
  expected<table::admitted> push(std::string_view project, const job_ptr& work,
                                 const job_options& options = {}) {
    return jobs().submit(project, work, options);
  }

  /// *wake*.
  void wake(const table::admitted& what) {
    if (what.wake)
      shared_->way_in.attend(what.home);
  }

  /// Both.
  expected<void> submit(std::string_view project, const job_ptr& work,
                        const job_options& options = {}) {
    auto done = push(project, work, options);
    if (!done)
      return done.error();
    wake(*done);
    return {};
  }

private:
  struct config : actors::host_config {
    config() {
      option("scheduler.policy", "testing");
    }
  };

  caf::local_actor& actor_at(std::size_t index) {
    return dynamic_cast<caf::local_actor&>(*coordinator().jobs.at(index));
  }

  caf::scheduler::test_coordinator& coordinator() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  // Destruction goes the other way: first what holds actors, then their system.
  actors::context_ptr shared_;
  config config_;
  caf::actor_system system_{config_};
  std::vector<std::shared_ptr<cranked_bench>> benches_;
  actors::guardian_actor guardian_;
};

} // namespace foreman::test
