#include <foreman/actors/supervisor.hpp>
#include <foreman/callable_job.hpp>

#include <support/catch.hpp>
#include <support/crank.hpp>
#include <support/manual_clock.hpp>

#include <algorithm>
#include <string>
#include <vector>

using foreman::job_ptr;
using foreman::job_state;
using foreman::make_job;
using foreman::test::crank;

TEST_CASE("a project that is looked after gets no further message", "[G3]") {
  crank c{{.workers = 1}};
  c.settle();
  job_ptr first = *make_job([] {});
  REQUIRE(c.submit("p", first));
  CHECK(c.ready_actors() == 1); // the registry, to make a supervisor
  for (int i = 0; i < 100; ++i)
    REQUIRE(c.submit("p", *make_job([] {})));
  CHECK(c.ready_actors() == 1);
  c.settle();
  CHECK(first->state() == job_state::succeeded);
}

TEST_CASE("an idle project retires, and comes back", "[G9]") {
  crank c{{.workers = 1}};
  for (int round = 0; round < 3; ++round) {
    job_ptr job = *make_job([] {});
    REQUIRE(c.submit("p", job));
    CHECK(c.jobs().find("p"));
    c.settle();
    CHECK(job->finished());
    CHECK_FALSE(c.jobs().find("p"));
  }
}

TEST_CASE("a long project gives way to others after its turn") {
  crank c{{.workers = 1, .turn_jobs = 3}};
  std::vector<std::string> order;
  const auto work = [&order](const char* name) -> job_ptr {
    return *make_job([&order, name] { order.emplace_back(name); });
  };
  for (int i = 0; i < 9; ++i)
    REQUIRE(c.submit("giant", work("giant")));
  c.settle_actors(); // the giant has the worker
  REQUIRE(c.submit("small", work("small")));
  c.settle();
  REQUIRE(order.size() == 10);
  CHECK(order[3] == "small");
}

TEST_CASE("long projects give their places to others after a turn each") {
  crank c{{.workers = 1, .turn_jobs = 3}, {.places_each = 2}};
  std::vector<std::string> order;
  const auto submit = [&](const std::string& project) {
    REQUIRE(c.submit(
      project, *make_job([&order, project] { order.push_back(project); })));
  };
  for (int i = 0; i < 9; ++i)
    for (const auto* giant : {"a", "b"})
      submit(giant);
  c.settle_actors(); // they have both places
  submit("small");
  c.settle();
  const auto at = std::ranges::find(order, "small");
  CHECK(at - order.begin() <= 6);
}

TEST_CASE("projects get a worker in the order in which they asked for one") {
  crank c{{.workers = 1, .turn_jobs = 1}, {.places_each = 1}};
  const std::vector<std::string> projects{"a", "b", "c", "d", "e"};
  std::vector<std::string> order;
  for (const auto& x : projects) {
    REQUIRE(c.submit(x, *make_job([&order, x] { order.push_back(x); })));
    c.settle_actors();
  }
  c.settle();
  CHECK(order == projects);
}

TEST_CASE("with nobody else waiting a long project just goes on") {
  crank c{{.workers = 1, .turn_jobs = 3}};
  std::vector<job_ptr> jobs;
  for (int i = 0; i < 20; ++i) {
    jobs.push_back(*make_job([] {}));
    REQUIRE(c.submit("p", jobs.back()));
  }
  c.settle();
  for (const auto& x : jobs)
    CHECK(x->state() == job_state::succeeded);
}

// -- one supervisor after another's project -----------------------------------

namespace {

caf::actor_id supervisor_of(crank& c, const std::string& project) {
  const auto who = foreman::actors::supervisor_of(*c.jobs().find(project));
  return who ? who->handle().id() : 0;
}

std::size_t idle_projects(crank& c) {
  std::size_t result = 0;
  c.jobs().for_each([&](foreman::entry&) { ++result; });
  return result;
}

// Runs a job of `project` to its end; returns who looked after it.
caf::actor_id run_one(crank& c, const std::string& project) {
  job_ptr job = *make_job([] {});
  REQUIRE(c.submit(project, job));
  c.step_actor(0); // the registry
  const auto who = supervisor_of(c, project);
  c.settle();
  CHECK(job->state() == job_state::succeeded);
  return who;
}

} // namespace

TEST_CASE("a supervisor whose project has retired gets the next one") {
  crank c{{.workers = 1}, {.most_idle = 1}};
  c.settle();
  const auto first = run_one(c, "p");
  CHECK(first != 0);
  CHECK(run_one(c, "q") == first);
  CHECK(run_one(c, "p") == first);
}

TEST_CASE("a project that was there before goes on without the registry") {
  crank c{{.workers = 1}, {.most_idle = 2}};
  c.settle();
  const auto first = run_one(c, "p");
  job_ptr job = *make_job([] {});
  REQUIRE(c.submit("p", job));
  CHECK(c.ready_actors() == 1);
  CHECK(c.name_of(0) == "foreman.supervisor");
  CHECK(supervisor_of(c, "p") == first);
  c.settle();
  CHECK(job->state() == job_state::succeeded);
}

TEST_CASE("projects that come once make room for each other, not those that "
          "were there before",
          "[G9]") {
  crank c{{.workers = 1}, {.most_idle = 4}};
  c.settle();
  const std::vector<std::string> before{"p", "q"};
  for (const auto& x : before)
    run_one(c, x);
  for (int i = 0; i < 20; ++i)
    run_one(c, "once" + std::to_string(i));
  for (const auto& x : before)
    CHECK(c.jobs().find(x));
  CHECK(idle_projects(c) <= 4);
}

TEST_CASE("a project that has rested for long makes room first", "[G9]") {
  foreman::test::manual_clock time;
  crank c{{.workers = 1, .time = &time}, {.most_idle = 4}};
  c.settle();
  run_one(c, "yesterday's");
  run_one(c, "p");
  time.advance(std::chrono::minutes{2});
  run_one(c, "p");
  for (const auto* x : {"q", "r", "s"})
    run_one(c, x);
  CHECK_FALSE(c.jobs().find("yesterday's"));
  CHECK(c.jobs().find("p"));
}

TEST_CASE("a supervisor that has asked for a worker is given no other project",
          "[G1]") {
  crank c{{.workers = 1}, {.places_each = 1, .most_idle = 4}};
  c.settle();
  const auto submit = [&](const char* project) {
    job_ptr job = *make_job([] {});
    REQUIRE(c.submit(project, job));
    return job;
  };
  // All at once, so that each has a supervisor of its own; they come to rest in
  // this order, and of more than two the last gives up its project.
  for (const auto* x : {"a", "b", "c", "d"})
    submit(x);
  c.settle();
  const auto last_but_one = supervisor_of(c, "c");
  REQUIRE(idle_projects(c) == 4);
  submit("q"); // with the supervisor of d; has the only place
  c.settle_actors();
  REQUIRE_FALSE(c.jobs().find("d"));
  const auto waits = submit("c");
  c.settle_actors();
  REQUIRE(c.jobs().cancel("c", waits->id()));
  const auto next = submit("r");
  c.step_actor(0); // the registry
  CHECK(supervisor_of(c, "r") != 0);
  CHECK(supervisor_of(c, "r") != last_but_one);
  c.settle();
  CHECK(next->state() == job_state::succeeded);
}

TEST_CASE("a crowd of new projects does not hold up one that was there "
          "before") {
  crank c{{.workers = 1, .turn_jobs = 1},
          {.places_each = 1, .most_idle = 2, .most_new = 3}};
  c.settle();
  run_one(c, "p");
  std::vector<std::string> order;
  const auto submit = [&](const std::string& project) {
    REQUIRE(c.submit(
      project, *make_job([&order, project] { order.push_back(project); })));
  };
  constexpr int crowd = 100;
  for (int i = 0; i < crowd; ++i)
    submit("new" + std::to_string(i));
  c.settle_actors(); // it has come in as far as it does
  submit("p");
  c.settle();
  REQUIRE(order.size() == crowd + 1);
  // Behind those that wait for the worker or are on their way to the pool, and
  // the one that has the worker.
  CHECK(std::ranges::find(order, "p") - order.begin() <= 3 * 3);
}

TEST_CASE("a supervisor that died free is given no project") {
  crank c{{.workers = 1, .log = [](auto, auto) {}}, {.most_idle = 1}};
  c.settle();
  REQUIRE(c.submit("p", *make_job([] {})));
  c.step_actor(0);
  const auto who = foreman::actors::supervisor_of(*c.jobs().find("p"));
  c.settle();
  caf::anon_send_exit(who->handle(), caf::exit_reason::kill);
  SECTION("and it is known") {
    c.settle();
    CHECK(run_one(c, "q") != who->handle().id());
  }
  SECTION("or comes out while it is given one") {
    job_ptr job = *make_job([] {});
    REQUIRE(c.submit("q", job));
    c.step_actor(1); // the registry, before it hears of the death
    CHECK(supervisor_of(c, "q") == who->handle().id());
    c.settle();
    CHECK(job->state() == job_state::succeeded);
  }
}

TEST_CASE("a registry that takes over and a submitter that is late give one "
          "supervisor together",
          "[G1]") {
  crank c{{.workers = 1, .log = [](auto, auto) {}}};
  c.settle();
  job_ptr job = *make_job([] {});
  const auto pushed = *c.push("p", job);
  caf::anon_send_exit(c.shared().way_in.registry(), caf::exit_reason::kill);
  while (supervisor_of(c, "p") == 0)
    c.step_actor(0);
  const auto who = supervisor_of(c, "p");
  c.wake(pushed);
  while (c.name_of(c.ready_actors() - 1) == "foreman.registry")
    c.step_actor(c.ready_actors() - 1); // before the supervisor
  CHECK(supervisor_of(c, "p") == who);
  c.settle();
  CHECK(job->state() == job_state::succeeded);
  CHECK_FALSE(c.jobs().find("p"));
}

TEST_CASE("a project whose supervisor died gives way to others all the same",
          "[G3]") {
  crank c{{.workers = 2, .turn_jobs = 1, .log = [](auto, auto) {}}};
  c.settle();
  const auto begin_body = [&](std::size_t bench) {
    while (!c.benches()[bench]->current()) {
      c.settle_actors();
      c.benches()[bench]->step();
    }
  };
  REQUIRE(c.submit("a", *make_job([] {})));
  begin_body(0); // and does not return
  const auto who = foreman::actors::supervisor_of(*c.jobs().find("a"));
  caf::anon_send_exit(who->handle(), caf::exit_reason::kill);
  c.settle_actors();
  for (int i = 0; i < 10; ++i)
    REQUIRE(c.submit("b", *make_job([] {})));
  begin_body(1);
  job_ptr small = *make_job([] {});
  REQUIRE(c.submit("c", small));
  auto& other = *c.benches()[1];
  std::size_t steps = 0;
  for (; !small->finished() && steps < 100; ++steps) {
    c.settle_actors();
    other.step();
  }
  CHECK(small->finished());
  CHECK(c.jobs().status("b")->queued >= 8);
}
