#include <foreman/callable_job.hpp>

#include <support/catch.hpp>
#include <support/crank.hpp>

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
