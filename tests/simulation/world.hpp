#pragma once

#include "choices.hpp"
#include "client.hpp"
#include "observer.hpp"
#include "world_connection.hpp"

#include <support/crank.hpp>
#include <support/manual_clock.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreman::test {

/// One walk: a foreman system, an observer with the model beside it, and seeded
/// choices of what happens next. After every step all must agree; where they do
/// not, `violation` is thrown. The same seed and steps always give the same
/// walk.
class world {
public:
  world(std::uint64_t seed, census& met);
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  /// Takes the steps of these numbers, then lets everything come to rest, or
  /// ends the system at once.
  void walk(const std::vector<std::size_t>& steps);

  /// What happened, for the one who reads a failing walk.
  const std::vector<std::string>& history() const {
    return history_;
  }

  /// Lives as long as anything of the system does.
  std::weak_ptr<void> trace() const {
    return trace_;
  }

private:
  // What this walk may meet. Walks with few kinds of steps come farther in
  // those (Groce et al., "Swarm testing", 2012).
  struct features {
    bool connections;
    bool deaths;
    bool drain;
    bool messages;
    // Nothing comes to rest: the system ends in the middle of it all.
    bool sudden_end;
  };

  using step = bool (world::*)();

  struct weighted_step {
    std::size_t weight;
    step take;
  };

  // -- steps: each returns whether it could be taken --------------------------

  bool push();
  bool wake();
  bool actor();
  bool bench();
  bool cancel();
  bool kill();
  bool server();
  bool drain();
  bool message();
  bool time();

  // What other threads do before this one takes a lock.
  void meanwhile();

  // `take`, with other threads meanwhile, and then all must agree.
  void move(const std::function<bool()>& take);

  // -- what a host does

  void push_as(std::string_view way_in);

  observer::submit new_submit(std::string_view way_in);

  connection_needs new_needs();

  void step_drain(std::size_t stage);

  // -- what another actor does

  void send_submit();
  void send_question();
  void send_cancel();
  void send_drain();

  // -- what actors and bodies do

  void step_actor(std::size_t index);

  void step_bench(std::size_t number);

  // A body, at its end: what it does is chosen when it does it.
  int body(job_context& context, const job_options& how);

  void look_around(job_context& context, const job_options& how);

  void look_at(job_context& context, const job_options& how,
               const world_server& which);

  // What is wrong with the servers.
  model::trouble trouble() const;

  void note_death(const std::string& name, caf::actor_id who);

  void rest();

  // The system ends at once.
  void end();

  bool move_all();

  bool somebody_waits() const;

  void note(std::string what) {
    history_.push_back(std::move(what));
  }

  static system_options options(world& self);

  static check_options checks(world& self);

  std::shared_ptr<void> trace_ = std::make_shared<int>();
  choices choose_;
  features has_;
  manual_clock time_;
  std::array<world_server, 2> servers_{{{.name = "db"}, {.name = "redis"}}};
  check_options checks_ = checks(*this);
  world_connection::hooks hooks_;
  std::chrono::nanoseconds actor_time_{};
  // When a drain that was asked for may give up what runs.
  std::optional<std::chrono::nanoseconds> drain_ends_;
  std::vector<std::string> history_;
  census& met_;
  limits max_;
  observer seen_;
  std::vector<table::admitted> to_wake_;
  struct known_actor {
    caf::actor_addr who;
    std::string name;
    std::string last_message;
  };
  // All of foreman's that have ever handled a message.
  std::map<caf::actor_id, known_actor> known_;
  crank crank_;
  struct bench_state {
    bool moving = false;
    // What was wrong since it began its turn.
    model::trouble in_trouble = model::trouble::none;
  };
  std::vector<bench_state> benches_;
  client client_;
  std::optional<drain_steps> drain_;
  std::size_t drain_stage_ = 0;
  bool drain_moves_ = false;
  // Nobody looks any more.
  bool ending_ = false;
};

} // namespace foreman::test
