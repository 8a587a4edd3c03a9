#pragma once

#include "model.hpp"
#include "world_connection.hpp"

#include <support/crank.hpp>
#include <support/manual_clock.hpp>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace foreman::test {

/// One walk: a foreman system, the model beside it, and seeded choices of what
/// happens next. After every step both must agree; where they do not,
/// `violation` is thrown. The same seed always gives the same walk.
class world {
public:
  explicit world(std::uint64_t seed);

  /// Takes `steps` random steps, then lets everything come to rest.
  void walk(std::size_t steps);

  /// What happened, a line a step, for the one who reads a failing seed.
  const std::vector<std::string>& history() const {
    return history_;
  }

  /// Lives as long as anything of the system does.
  std::weak_ptr<void> trace() const {
    return trace_;
  }

private:
  struct submitted {
    job_ptr work;
    std::string project;
  };

  std::size_t pick(std::size_t below);

  bool chance(unsigned percent);

  // -- steps: each returns whether it could be taken

  bool push();
  bool wake();
  bool actor();
  bool bench();
  bool cancel();
  bool kill();
  bool server();
  bool drain();

  // What threads do while an actor handles a message.
  void meanwhile();

  void step_bench(cranked_bench& x);

  // A body, at its end: what it does is chosen when it does it.
  int body(job_context& context);

  void ended(const std::string& project, const job& which);

  void began(const std::string& project, job_id id);

  // -- what must hold ---------------------------------------------------------

  void agree();

  void agree_on(const std::string& project);

  void rest();

  void note(std::string what);

  static system_options options(world& self);

  std::shared_ptr<void> trace_ = std::make_shared<int>();
  std::mt19937_64 random_;
  bool with_connections_;
  bool with_kills_;
  bool with_drain_;
  bool server_up_ = true;
  // All jobs of a project end in one step, before the first is announced.
  bool at_once_ = false;
  manual_clock time_;
  std::vector<std::string> history_;
  std::vector<std::string> projects_;
  std::vector<submitted> jobs_;
  std::vector<table::admitted> to_wake_;
  limits max_;
  model model_;
  // What runs inside the product must not throw: kept until the step has ended.
  std::string broken_;
  crank crank_;
};

} // namespace foreman::test
