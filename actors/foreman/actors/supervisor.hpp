#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>
#include <foreman/attendant.hpp>

#include <optional>

namespace foreman::actors {

/// Serialises one project: takes a worker when its entry has jobs, sends it
/// `check` and `run`, gives it back, and retires when nothing is left. Holds no
/// job: a supervisor that dies is replaced by one that looks at the same entry.
class supervisor : public supervisor_actor::base {
public:
  supervisor(caf::actor_config& cfg, context_ptr shared, entry_ptr home,
             pool_actor pool);

  const char* name() const override {
    return "foreman.supervisor";
  }

  behavior_type make_behavior() override;

  void on_exit() override;

private:
  // A worker of ours, and how long we may keep it while others wait.
  struct tenure {
    lease held;
    std::size_t jobs_left = 0;
    clock::time_point until;
  };

  // Does what the entry asks for now. Any message may call it at any time.
  void step();

  void use_worker();

  void give_back();

  // Nothing is left to do: on the way to retire.
  void on_idle();

  void on_retire();

  void on_grant(lease granted);

  // The worker behind the lease is gone.
  void on_lost(std::uint64_t lease_id);

  // Whatever we had from the pool is void.
  void start_over();

  void on_pool(const pool_actor& current);

  context_ptr shared_;
  entry_ptr home_;
  pool_actor pool_;
  std::optional<tenure> tenure_;
  bool requested_ = false;
  bool retiring_ = false;
};

/// The attendant of an entry that has a supervisor.
class supervisor_ref : public attendant {
public:
  explicit supervisor_ref(supervisor_actor who) : who_{std::move(who)} {}

  void wake() noexcept override;

  const supervisor_actor& handle() const noexcept {
    return who_;
  }

private:
  supervisor_actor who_;
};

/// The supervisor that looks after `x`; invalid if it has none.
supervisor_actor supervisor_of(const entry& x);

} // namespace foreman::actors
