// What submitters and anybody may do with a project: push, ask, cancel.

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
using foreman::test::make_shared_state;
using foreman::test::says;

namespace {

struct fixture {
  explicit fixture(const limits& max = {})
    : home{foreman::test::make_entry("shop", make_shared_state(max))} {}

  ~fixture() {
    static const error why{errc::cancelled};
    home->interrupt(why); // a queued job holds its entry
  }

  entry::verdict push(const job_ptr& x, const job_options& options = {}) const {
    return home->push(x, options);
  }

  job_ptr pushed(const job_options& options = {}) const {
    job_ptr x = idle_job();
    REQUIRE(push(x, options).code == errc::ok);
    return x;
  }

  turn begin_turn() const {
    auto granted = home->open_turn(1000, {});
    REQUIRE(granted);
    REQUIRE(home->begin_turn(*granted));
    return *granted;
  }

  ledger books() const {
    return home->shared().books.totals();
  }

  entry_ptr home;
};

project_status idle_status() {
  return {.project = "shop"};
}

} // namespace

TEST_CASE("an admitted job knows its entry, its id and its priority") {
  const fixture x;
  const auto first = x.pushed();
  const auto second = x.pushed({.priority = 5});
  CHECK(first->home() == x.home);
  CHECK(first->id() == job_id{1});
  CHECK(second->id() == job_id{2});
  CHECK(second->priority() == 5);
  CHECK(first->state() == job_state::queued);
}

TEST_CASE("only the first push of an entry must wake somebody") {
  const fixture x;
  CHECK(x.push(idle_job()).wake);
  CHECK_FALSE(x.push(idle_job()).wake);
  const auto granted = x.begin_turn();
  while (x.home->begin_job(granted))
    x.home->end_job({});
  x.home->end_turn(granted);
  // Empty again, but still attended: the end of the turn makes it look.
  CHECK_FALSE(x.push(idle_job()).wake);
}

TEST_CASE("a rejected push wakes nobody and leaves nothing", "[G5]") {
  const fixture x;
  const auto first = x.pushed();
  const auto refused = idle_job();
  const auto verdict = x.push(refused, {.admit = admission::if_idle});
  CHECK(verdict.code == errc::project_busy);
  CHECK_FALSE(verdict.gone);
  CHECK_FALSE(verdict.wake);
  CHECK_FALSE(refused->home());
  CHECK(x.home->status().queued == 1);
  CHECK(x.books() == ledger{.admitted = 1});
}

TEST_CASE("if_idle tests busy: queued, running and stuck jobs all count",
          "[G1][G5]") {
  const fixture x;
  const job_options if_idle{.admit = admission::if_idle};
  const auto first = idle_job();
  CHECK(x.push(first, if_idle).code == errc::ok);
  CHECK(x.push(idle_job(), if_idle).code == errc::project_busy); // queued
  const auto granted = x.begin_turn();
  CHECK(x.push(idle_job(), if_idle).code == errc::project_busy);
  CHECK(x.home->begin_job(granted) == first);
  CHECK(x.push(idle_job(), if_idle).code == errc::project_busy); // running
  CHECK(x.home->abandon() == first);
  CHECK(first->finished());
  CHECK(x.push(idle_job(), if_idle).code == errc::project_busy); // stuck
  x.home->end_job({});
  CHECK(x.push(idle_job(), if_idle).code == errc::ok);
}

TEST_CASE("the running job counts against the limit of its project", "[G9]") {
  const fixture x{{.per_project = 2}};
  (void) x.pushed();
  (void) x.pushed();
  CHECK(x.push(idle_job()).code == errc::project_full);
  const auto granted = x.begin_turn();
  REQUIRE(x.home->begin_job(granted));
  CHECK(x.push(idle_job()).code == errc::project_full);
  x.home->end_job({});
  CHECK(x.push(idle_job()).code == errc::ok);
}

TEST_CASE("status tells what is true at each step of a job's life", "[G6]") {
  const fixture x;
  CHECK(x.home->status() == idle_status());
  const auto first = x.pushed();
  (void) x.pushed();
  CHECK(x.home->status()
        == project_status{.project = "shop", .busy = true, .queued = 2});
  CHECK_FALSE(x.home->is_running());
  CHECK(x.home->is_busy());
  const auto granted = x.begin_turn();
  CHECK_FALSE(x.home->is_running()); // a turn is not a body
  REQUIRE(x.home->begin_job(granted));
  CHECK(x.home->status()
        == project_status{.project = "shop",
                          .running = true,
                          .busy = true,
                          .running_job = first->id(),
                          .queued = 1});
  CHECK(x.home->is_running());
  x.home->end_job({});
  CHECK(x.home->status()
        == project_status{.project = "shop", .busy = true, .queued = 1});
  REQUIRE(x.home->begin_job(granted));
  x.home->end_job({});
  CHECK(x.home->status() == idle_status());
  CHECK_FALSE(x.home->is_busy());
}

TEST_CASE("who hears of an outcome finds state and books published", "[G6]") {
  const fixture x;
  const auto last = x.pushed();
  bool heard = false;
  last->on_finish([&](const job& done) {
    heard = true;
    CHECK(done.state() == job_state::succeeded);
    CHECK(x.home->status() == idle_status());
    CHECK(x.books() == ledger{.admitted = 1, .succeeded = 1});
    CHECK(x.push(idle_job(), {.admit = admission::if_idle}).code == errc::ok);
  });
  const auto granted = x.begin_turn();
  REQUIRE(x.home->begin_job(granted));
  x.home->end_job({});
  CHECK(heard);
}

TEST_CASE("jobs start by priority, then in the order they were admitted",
          "[G2]") {
  const fixture x;
  (void) x.pushed({.priority = 1});
  (void) x.pushed();
  (void) x.pushed({.priority = -1});
  (void) x.pushed();
  (void) x.pushed({.priority = -1});
  const auto granted = x.begin_turn();
  std::vector<std::uint64_t> order;
  while (const auto next = x.home->begin_job(granted)) {
    order.push_back(next->id().value);
    x.home->end_job({});
  }
  CHECK(order == std::vector<std::uint64_t>{3, 5, 2, 4, 1});
}

// -- cancel -------------------------------------------------------------------

TEST_CASE("a queued job is cancelled at once and its body destroyed", "[G4]") {
  const fixture x;
  const auto alive = std::make_shared<int>();
  const auto other = x.pushed();
  const job_ptr doomed = job_of([alive] {});
  REQUIRE(x.push(doomed).code == errc::ok);
  int heard = 0;
  doomed->on_finish([&](const job&) {
    ++heard;
    CHECK(x.home->status().queued == 1);
    CHECK(x.books().cancelled == 1);
  });
  CHECK(x.home->cancel(*doomed));
  CHECK(heard == 1);
  CHECK(alive.use_count() == 1);
  CHECK(doomed->state() == job_state::cancelled);
  CHECK(doomed->why().code() == errc::cancelled);
  CHECK(says(doomed->why().message(), "job 2 of shop was cancelled"));
  const auto granted = x.begin_turn();
  CHECK(x.home->begin_job(granted) == other); // the other one stays
  x.home->end_job({});
  CHECK_FALSE(x.home->begin_job(granted));
}

TEST_CASE("a running job is asked to stop and keeps running", "[G4]") {
  const fixture x;
  const auto body = x.pushed();
  const auto granted = x.begin_turn();
  REQUIRE(x.home->begin_job(granted));
  CHECK_FALSE(body->stop_requested());
  CHECK(x.home->cancel(*body));
  CHECK(x.home->cancel(body->id())); // again, and by id
  CHECK(body->stop_requested());
  CHECK(body->state() == job_state::running);
  CHECK(x.home->is_running());
  x.home->end_job({}); // it did not care
  CHECK(body->state() == job_state::succeeded);
}

TEST_CASE("a finished job cannot be cancelled and says how it ended",
          "[G4][G12]") {
  const fixture x;
  const auto cancelled = x.pushed();
  const auto failed = x.pushed();
  const auto succeeded = x.pushed();
  REQUIRE(x.home->cancel(*cancelled));
  const auto granted = x.begin_turn();
  REQUIRE(x.home->begin_job(granted) == failed);
  x.home->end_job({job_state::failed, errc::job_threw});
  REQUIRE(x.home->begin_job(granted) == succeeded);
  x.home->end_job({});
  for (const auto& done : {cancelled, failed, succeeded}) {
    const auto before = done->state();
    const auto refused = x.home->cancel(*done);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == errc::job_finished);
    CHECK(says(refused.error().message(), to_string(before)));
    CHECK(says(refused.error().message(), "shop"));
    CHECK(done->state() == before);
  }
  CHECK(x.books().cancelled == 1);
}

TEST_CASE("an id is cancelled while it is open and unknown otherwise",
          "[G12]") {
  const fixture x;
  const auto queued = x.pushed();
  CHECK(x.home->cancel(queued->id()));
  CHECK(queued->state() == job_state::cancelled);
  for (const job_id id : {queued->id(), job_id{}, job_id{99}}) {
    const auto refused = x.home->cancel(id);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == errc::unknown_job);
    CHECK(says(refused.error().message(), "shop has no open job"));
    CHECK(says(refused.error().message(), to_string(id)));
  }
}

TEST_CASE("a body that is destroyed by a cancel may use its project") {
  const fixture x;
  struct asks_when_destroyed {
    asks_when_destroyed(const entry& project, bool& answer)
      : home{&project}, asked{&answer} {}

    ~asks_when_destroyed() {
      *asked = !home->is_busy(); // blocks for ever if the lock is held
    }

    asks_when_destroyed(const asks_when_destroyed&) = delete;
    asks_when_destroyed& operator=(const asks_when_destroyed&) = delete;

    const entry* home;
    bool* asked;
  };
  bool asked = false;
  auto asks = std::make_shared<asks_when_destroyed>(*x.home, asked);
  const job_ptr doomed = job_of([kept = std::move(asks)] {});
  REQUIRE(x.push(doomed).code == errc::ok);
  CHECK(x.home->cancel(*doomed));
  CHECK(asked);
}
