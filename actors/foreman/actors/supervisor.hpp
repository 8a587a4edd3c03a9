#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>
#include <foreman/attendant.hpp>
#include <foreman/export.hpp>

#include <atomic>
#include <optional>

namespace foreman::actors {

/// Serialises one project: takes a worker when its entry has jobs, sends it
/// `check` and `run`, and gives it back. While nothing is left to do it rests,
/// and goes on when a job comes, unless the registry gives it another project
/// before that. Holds no job: a supervisor that dies is replaced by one that
/// looks at the same entry.
class supervisor : public supervisor_actor::base {
public:
  supervisor(caf::actor_config& cfg, context_ptr shared);

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

  // Begins a tenure of the worker behind the lease.
  void hold(lease held);

  void give_back();

  // Nothing is left to do.
  void rest();

  void on_adopt(const entry_ptr& project, const pool_actor& pool);

  void on_grant(lease granted);

  // The worker behind the lease is gone.
  void on_lost(std::uint64_t lease_id);

  // Whatever we had from the pool is void.
  void start_over();

  context_ptr shared_;
  entry_ptr home_; // null before the first
  pool_actor pool_;
  std::optional<tenure> tenure_;
  bool requested_ = false;
};

/// A supervisor as the attendant of the entries that it has, one after another.
/// Exported for the tests that kill supervisors.
class FOREMAN_EXPORT supervisor_ref : public attendant {
public:
  explicit supervisor_ref(supervisor_actor who) : who_{std::move(who)} {}

  void wake() noexcept override;

  const supervisor_actor& handle() const noexcept {
    return who_;
  }

  // -- the registry's alone ---------------------------------------------------

  /// The entry that it was given last; null while it has none.
  entry_ptr project;
  /// The registry that watches it; 0 if it is dead.
  caf::actor_id watched_by = 0;

  // -- both of them -----------------------------------------------------------

  /// Whether the registry was told that its project is idle, and has not come
  /// to it yet. Set after the entry rests, and cleared before the registry asks
  /// whether it does: so either it finds that, or it is told again.
  std::atomic<bool> offered{false};
  /// When its project was idle last.
  std::atomic<clock::time_point> rests_since{clock::time_point{}};

private:
  supervisor_actor who_;
};

using supervisor_ptr = std::shared_ptr<supervisor_ref>;

/// The supervisor that looks after `x`; null if it has none.
FOREMAN_EXPORT supervisor_ptr supervisor_of(const entry& x);

} // namespace foreman::actors
