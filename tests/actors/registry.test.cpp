#include <foreman/callable_job.hpp>

#include <caf/scoped_actor.hpp>

#include <support/catch.hpp>
#include <support/crank.hpp>

namespace act = foreman::actors;

using foreman::drain_policy;
using foreman::errc;
using foreman::job_ptr;
using foreman::job_state;
using foreman::make_job;
using foreman::test::crank;
using namespace std::chrono_literals;

TEST_CASE("a drain by message takes its steps as time passes", "[G10]") {
  crank c{{.workers = 1}};
  job_ptr running = *make_job([] {});
  job_ptr queued = *make_job([] {});
  REQUIRE(c.submit("p", running));
  REQUIRE(c.submit("p", queued));
  while (!c.benches()[0]->current()) {
    c.settle_actors();
    c.benches()[0]->step();
  }
  caf::scoped_actor self{c.system()};
  auto answer = self->request(c.shared().way_in.registry(), caf::infinite,
                              act::drain_atom_v, std::chrono::nanoseconds{10s},
                              drain_policy::wait);
  c.settle_actors();
  CHECK(c.push("q", *make_job([] {})).error().code() == errc::draining);
  CHECK(queued->state() == job_state::queued);
  c.advance(9s); // nine tenths: cancel what waits, ask what runs to stop
  c.settle_actors();
  CHECK(queued->state() == job_state::cancelled);
  CHECK(running->state() == job_state::running);
  CHECK(running->stop_requested());
  c.advance(1s);
  c.settle_actors();
  CHECK(running->why().code() == errc::abandoned);
  CHECK(c.jobs().is_busy("p")); // its body has not returned
  bool answered = false;
  answer.receive(
    [&](const foreman::drain_report& x) {
      answered = true;
      CHECK(x.left.size() == 1);
      CHECK(x.cancelled == 1);
      CHECK(x.books.open() == 0);
    },
    [](const caf::error&) {});
  CHECK(answered);
  c.settle();
  CHECK(running->why().code() == errc::abandoned); // the late result is dropped
}

TEST_CASE("a drain that is waited for is answered when its registry dies",
          "[G10]") {
  crank c{{.workers = 1, .log = [](auto, auto) {}}};
  job_ptr stuck = *make_job([] {});
  REQUIRE(c.submit("p", stuck));
  c.settle_actors();
  caf::scoped_actor self{c.system()};
  auto answer = self->request(c.shared().way_in.registry(), caf::infinite,
                              act::drain_atom_v, std::chrono::nanoseconds{10s},
                              drain_policy::wait);
  c.settle_actors();
  caf::anon_send_exit(c.shared().way_in.registry(), caf::exit_reason::kill);
  c.settle_actors();
  errc code = errc::ok;
  answer.receive(
    [](const foreman::drain_report&) {},
    [&](const caf::error& why) { code = act::to_error(why).code(); });
  CHECK(code == errc::unavailable);
}
