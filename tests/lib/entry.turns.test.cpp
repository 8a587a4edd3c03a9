// What supervisor and worker do with a project: turns, retiring, draining.

#include <foreman/entry.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace foreman;
using foreman::test::idle_job;
using foreman::test::job_of;
using foreman::test::says;

namespace {

struct fixture {
  ~fixture() {
    static const error why{errc::cancelled};
    home->interrupt(why); // a queued job holds its entry
  }

  void push(const job_ptr& x) const {
    REQUIRE(home->push(x, {}).code == errc::ok);
  }

  job_ptr pushed() const {
    job_ptr x = idle_job();
    push(x);
    return x;
  }

  turn open_turn() const {
    auto granted = home->open_turn(7, clock::duration{5});
    REQUIRE(granted);
    return *granted;
  }

  turn begin_turn() const {
    auto granted = open_turn();
    REQUIRE(home->begin_turn(granted));
    return granted;
  }

  ledger books() const {
    return home->shared().books.totals();
  }

  entry_ptr home = foreman::test::make_entry("shop");
};

struct counting_attendant : attendant {
  void wake() noexcept override {
    ++woken;
  }

  int woken = 0;
};

} // namespace

TEST_CASE("an entry tells its supervisor what to do next") {
  const fixture x;
  CHECK(x.home->look() == next_step::idle);
  (void) x.pushed();
  CHECK(x.home->look() == next_step::take_turn);
  const auto granted = x.open_turn();
  CHECK(x.home->look() == next_step::wait); // offered
  REQUIRE(x.home->begin_turn(granted));
  CHECK(x.home->look() == next_step::wait); // begun
  REQUIRE(x.home->begin_job(granted));
  x.home->end_job({});
  CHECK(x.home->look() == next_step::wait);
  x.home->end_turn(granted);
  CHECK(x.home->look() == next_step::idle);
}

TEST_CASE("a turn carries its bounds and is the only one of its project",
          "[G1]") {
  const fixture x;
  CHECK_FALSE(x.home->open_turn(7, {})); // nothing to do
  (void) x.pushed();
  const auto granted = x.open_turn();
  CHECK(granted.home == x.home);
  CHECK(granted.max_jobs == 7);
  CHECK(granted.slice == clock::duration{5});
  CHECK_FALSE(x.home->open_turn(7, {}));
  REQUIRE(x.home->begin_turn(granted));
  CHECK_FALSE(x.home->open_turn(7, {}));
  CHECK_FALSE(x.home->begin_turn(granted)); // not twice
}

TEST_CASE("no second body begins while one runs", "[G1]") {
  const fixture x;
  (void) x.pushed();
  const auto second = x.pushed();
  const auto granted = x.begin_turn();
  REQUIRE(x.home->begin_job(granted));
  CHECK_FALSE(x.home->begin_job(granted));
  x.home->fail_job(granted, *second, errc::connection_unavailable);
  CHECK(second->state() == job_state::queued);
  // Nor while an abandoned one runs.
  REQUIRE(x.home->abandon());
  CHECK_FALSE(x.home->begin_job(granted));
  x.home->fail_job(granted, *second, errc::connection_unavailable);
  CHECK(second->state() == job_state::queued);
  x.home->end_job({});
  CHECK(x.home->begin_job(granted) == second);
  x.home->end_job({});
}

TEST_CASE("a turn must begin before its jobs do") {
  const fixture x;
  const auto waits = x.pushed();
  const auto granted = x.open_turn();
  CHECK_FALSE(x.home->begin_job(granted));
  x.home->fail_job(granted, *waits, errc::connection_unavailable);
  x.home->end_turn(granted); // has not begun: no effect
  CHECK(x.home->look() == next_step::wait);
  CHECK(waits->state() == job_state::queued);
}

TEST_CASE("a revoked turn leaves its jobs in order and cannot begin",
          "[G2][G4]") {
  const fixture x;
  const auto first = x.pushed();
  const auto lost = x.open_turn();
  x.home->revoke_turn();
  CHECK(x.home->look() == next_step::take_turn);
  CHECK_FALSE(x.home->begin_turn(lost));
  const auto next = x.open_turn();
  CHECK_FALSE(x.home->begin_turn(lost)); // late, and not this turn
  REQUIRE(x.home->begin_turn(next));
  CHECK_FALSE(x.home->begin_job(lost));
  x.home->fail_job(lost, *first, errc::connection_unavailable);
  x.home->end_turn(lost);
  CHECK(x.home->begin_job(next) == first);
  x.home->end_job({});
  CHECK(first->state() == job_state::succeeded);
}

TEST_CASE("a turn that has begun cannot be revoked", "[G1]") {
  const fixture x;
  (void) x.pushed();
  const auto granted = x.begin_turn();
  x.home->revoke_turn();
  CHECK(x.home->look() == next_step::wait);
  CHECK_FALSE(x.home->open_turn(7, {}));
  CHECK(x.home->begin_job(granted));
  x.home->end_job({});
}

TEST_CASE("a job that could not be started fails and the next one may run",
          "[G4][G7]") {
  const fixture x;
  const auto alive = std::make_shared<int>();
  const job_ptr unlucky = job_of([alive] {});
  x.push(unlucky);
  const auto next = x.pushed();
  const auto granted = x.begin_turn();
  int heard = 0;
  unlucky->on_finish([&](const job&) {
    ++heard;
    CHECK(x.books().failed == 1);
    CHECK(x.home->status().queued == 1);
  });
  x.home->fail_job(granted, *next, errc::connection_unavailable);
  CHECK(next->state() == job_state::queued); // not the next one yet
  x.home->fail_job(granted, *unlucky,
                   {errc::connection_unavailable, "no server"});
  CHECK(heard == 1);
  CHECK(alive.use_count() == 1);
  CHECK(unlucky->state() == job_state::failed);
  CHECK(unlucky->why() == error{errc::connection_unavailable, "no server"});
  CHECK(x.home->begin_job(granted) == next);
  x.home->end_job({});
  x.home->fail_job(granted, *next, errc::connection_unavailable); // it has run
  CHECK(x.books().failed == 1);
}

// -- retiring -----------------------------------------------------------------

TEST_CASE("an entry retires only when it has no job and no turn", "[G4][G9]") {
  const fixture x;
  const auto only = x.pushed();
  CHECK_FALSE(x.home->rest());
  const auto granted = x.open_turn();
  REQUIRE(x.home->cancel(*only));
  CHECK_FALSE(x.home->rest()); // offered, though empty
  REQUIRE(x.home->begin_turn(granted));
  CHECK_FALSE(x.home->rest()); // begun
  x.home->end_turn(granted);
  CHECK_FALSE(x.home->retire(nullptr)); // somebody is to look at it
  CHECK(x.home->rest());
  CHECK(x.home->retire(nullptr));
  CHECK(x.home->retire(nullptr)); // still so
}

TEST_CASE("a project that rests wakes at the next push", "[G4]") {
  const fixture x;
  REQUIRE(x.home->rest());
  CHECK(x.home->push(idle_job(), {}).wake);
  CHECK_FALSE(x.home->push(idle_job(), {}).wake);
  CHECK_FALSE(x.home->retire(nullptr));
}

TEST_CASE("a project that rests retires for whoever looks after it alone") {
  const fixture x;
  const auto who = std::make_shared<counting_attendant>();
  x.home->set_attendant(who);
  REQUIRE(x.home->rest());
  CHECK_FALSE(x.home->retire(nullptr)); // a submit that came to nothing
  CHECK(x.home->retire(who.get()));
}

TEST_CASE("a push to an entry that has retired is told to look again", "[G4]") {
  const fixture x;
  REQUIRE(x.home->rest());
  REQUIRE(x.home->retire(nullptr));
  const auto late = idle_job();
  const auto verdict = x.home->push(late, {});
  CHECK(verdict.gone);
  CHECK_FALSE(verdict.wake);
  CHECK_FALSE(late->home());
  CHECK_FALSE(x.home->is_busy());
}

// -- the attendant ------------------------------------------------------------

TEST_CASE("waking an entry wakes whoever looks after it now") {
  const fixture x;
  CHECK_FALSE(x.home->wake());
  const auto first = std::make_shared<counting_attendant>();
  const auto second = std::make_shared<counting_attendant>();
  x.home->set_attendant(first);
  CHECK(x.home->attended_by() == first);
  CHECK(x.home->wake());
  x.home->set_attendant(second);
  CHECK(x.home->wake());
  CHECK(x.home->wake());
  CHECK(first->woken == 1);
  CHECK(second->woken == 2);
  CHECK(first.use_count() == 1); // the entry let go of it
  x.home->set_attendant(nullptr);
  CHECK_FALSE(x.home->wake());
}

// -- draining -----------------------------------------------------------------

TEST_CASE("an interrupt cancels what waits and asks what runs to stop",
          "[G4][G10]") {
  const fixture x;
  const auto body = x.pushed();
  const auto granted = x.begin_turn();
  REQUIRE(x.home->begin_job(granted));
  const auto alive = std::make_shared<int>();
  std::vector<job_ptr> waiting;
  int heard = 0;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(job_of([alive] {}));
    x.push(waiting.back());
    waiting.back()->on_finish([&](const job&) {
      ++heard;
      CHECK(x.books().cancelled == 3); // all are booked before any is told
      CHECK(x.home->status().queued == 0);
    });
  }
  static const error why{errc::cancelled, "the system was drained"};
  x.home->interrupt(why);
  CHECK(heard == 3);
  CHECK(alive.use_count() == 1);
  for (const auto& y : waiting) {
    CHECK(y->state() == job_state::cancelled);
    CHECK(y->why() == why);
  }
  CHECK(body->stop_requested());
  CHECK(body->state() == job_state::running);
  x.home->end_job({job_state::cancelled, errc::cancelled});
  CHECK(x.books() == ledger{.admitted = 4, .cancelled = 4});
}

TEST_CASE("an abandoned job has its outcome while its project stays busy",
          "[G1][G4][G10]") {
  const fixture x;
  CHECK_FALSE(x.home->abandon()); // nothing runs
  const auto alive = std::make_shared<int>();
  const job_ptr stuck = job_of([alive] {});
  x.push(stuck);
  CHECK_FALSE(x.home->abandon()); // nor now
  const auto granted = x.begin_turn();
  REQUIRE(x.home->begin_job(granted));
  int heard = 0;
  stuck->on_finish([&](const job&) { ++heard; });
  CHECK(x.home->abandon() == stuck);
  CHECK(heard == 1);
  CHECK(stuck->state() == job_state::failed);
  CHECK(stuck->why().code() == errc::abandoned);
  CHECK(says(stuck->why().message(), "job 1 of shop was abandoned"));
  CHECK(alive.use_count() == 2); // its body still needs what it captured
  CHECK(x.home->is_running());
  CHECK(x.home->is_busy());
  CHECK(x.home->status().running_job == stuck->id());
  CHECK(x.home->abandon() == stuck);
  CHECK(x.home->shared().books.abandoned() == 1); // once
  CHECK(x.home->cancel(*stuck).error().code() == errc::job_finished);
  x.home->end_job({}); // late: dropped
  CHECK(heard == 1);
  CHECK(stuck->state() == job_state::failed);
  CHECK(stuck->why().code() == errc::abandoned);
  CHECK_FALSE(x.home->is_busy());
  CHECK(x.books() == ledger{.admitted = 1, .failed = 1});
}
