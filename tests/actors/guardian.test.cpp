#include <foreman/callable_job.hpp>

#include <support/catch.hpp>
#include <support/crank.hpp>

#include <string>
#include <string_view>
#include <vector>

using foreman::job_ptr;
using foreman::job_state;
using foreman::log_level;
using foreman::make_job;
using foreman::test::crank;

namespace {

// Kills the actor called `name` when it has a message to handle; returns
// whether it could. Bodies move meanwhile if `bodies`.
bool kill_when_ready(crank& c, const std::string& name, bool bodies = true) {
  for (int steps = 0; steps < 1'000; ++steps) {
    for (std::size_t i = 0; i < c.ready_actors(); ++i)
      if (c.name_of(i) == name) {
        c.kill(i);
        return true;
      }
    if (c.ready_actors() > 0)
      c.step_actor(0);
    else if (bodies)
      for (const auto& x : c.benches())
        if (x->can_step())
          x->step();
  }
  return false;
}

// Lets the actor called `name` handle one message; returns whether it had one.
bool step_when_ready(crank& c, const std::string& name) {
  for (std::size_t i = 0; i < c.ready_actors(); ++i)
    if (c.name_of(i) == name) {
      c.step_actor(i);
      return true;
    }
  return false;
}

} // namespace

TEST_CASE("whoever dies is made anew, and the jobs go on", "[G4]") {
  for (const std::string name : {"foreman.registry", "foreman.pool",
                                 "foreman.worker", "foreman.supervisor"}) {
    INFO(name);
    std::string log;
    crank c{{.workers = 2,
             .log = [&log](log_level, std::string_view text) { log += text; }}};
    c.settle();
    std::vector<job_ptr> jobs;
    for (int i = 0; i < 10; ++i) {
      jobs.push_back(*make_job([] {}));
      REQUIRE(c.submit(i % 2 == 0 ? "even" : "odd", jobs.back()));
    }
    REQUIRE(kill_when_ready(c, name));
    c.settle();
    for (const auto& x : jobs)
      CHECK(x->state() == job_state::succeeded);
    CHECK(log.find("died and is made anew") != std::string::npos);
  }
}

TEST_CASE("a body outlives its worker actor", "[G4]") {
  crank c{{.workers = 1, .log = [](auto, auto) {}}};
  job_ptr job = *make_job([] {});
  REQUIRE(c.submit("p", job));
  while (!c.benches()[0]->current()) {
    c.settle_actors();
    c.benches()[0]->step();
  }
  REQUIRE(job->state() == job_state::running);
  REQUIRE(c.submit("q", *make_job([] {})));
  REQUIRE(kill_when_ready(c, "foreman.pool", false));
  job_ptr next = *make_job([] {});
  REQUIRE(c.submit("q", next)); // waits for the only worker
  REQUIRE(kill_when_ready(c, "foreman.worker", false));
  c.settle_actors();
  CHECK(job->state() == job_state::running);
  CHECK(c.jobs().is_running("p"));
  c.settle();
  CHECK(job->state() == job_state::succeeded);
  CHECK(next->state() == job_state::succeeded);
}

TEST_CASE("who dies while the system ends is not made anew") {
  for (const std::string name : {"foreman.pool", "foreman.worker"}) {
    INFO(name);
    std::string log;
    crank c{{.workers = 1,
             .log = [&log](log_level, std::string_view text) { log += text; }}};
    c.settle();
    job_ptr job = *make_job([] {});
    REQUIRE(c.submit("p", job));
    REQUIRE(kill_when_ready(c, name, false));
    caf::anon_send(c.guardian(), foreman::actors::stop_atom_v);
    // It knows that the system ends before it hears of the death.
    REQUIRE(step_when_ready(c, "foreman.guardian"));
    c.settle_actors();
    CHECK(log.empty());
    CHECK(job->state() == job_state::queued);
  }
}
