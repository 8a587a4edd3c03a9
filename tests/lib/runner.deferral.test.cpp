// What a worker does with jobs whose connections cannot be had.

#include <foreman/entry.hpp>
#include <foreman/job_context.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::says;
using foreman::test::scripted_factory;
using foreman::test::scripted_server;
using foreman::test::scripted_session;

namespace {

// A worker with connections "db" and "redis", and a project "p".
struct fixture {
  explicit fixture(const check_options& options
                   = {.first_backoff = 100ms, .max_deferral = 60s},
                   double draw = 1.0)
    : x{options,
        {{"db", scripted_factory(db)}, {"redis", scripted_factory(redis)}},
        draw} {
    x.jobs.shared().wake
      = [this](const entry_ptr& e) { woken.push_back(e->project()); };
    x.jobs.shared().serve
      = [this](std::size_t number) { served.push_back(number); };
  }

  // Jobs note their names.
  auto submit(const std::string& name, const job_options& how = {}) {
    return *x.submit(
      "p", [this, name] { ran.push_back(name); }, how);
  }

  // Whether a turn began; its job, if one may begin, runs.
  bool turn() {
    if (!x.begin_turn("p"))
      return false;
    while (x.worker.begin_job())
      x.worker.end_job();
    x.worker.end_turn();
    return true;
  }

  endpoint& where() {
    return *x.jobs.shared().connections.at(0);
  }

  project_status status() const {
    return *x.jobs.status("p");
  }

  next_step look() {
    return x.jobs.find("p")->look();
  }

  std::shared_ptr<scripted_server> db = std::make_shared<scripted_server>();
  std::shared_ptr<scripted_server> redis = std::make_shared<scripted_server>();
  std::vector<std::string> ran;
  std::vector<std::string> woken;
  std::vector<std::size_t> served;
  test::one_worker x;
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a deferred job keeps its place, and its project needs no worker",
          "[G2][G3][G7]") {
  fixture x;
  const auto first = x.submit("first");
  const auto second = x.submit("second");
  x.db->accepts = false;
  REQUIRE(x.turn());
  CHECK(x.db->count("open") == 1); // the fault happened
  CHECK(first.state() == job_state::queued);
  CHECK(x.status().queued == 2);
  CHECK(x.status().busy);
  CHECK(x.status().deferred_job == first.id());
  CHECK(x.status().deferred_for == "db");
  CHECK(x.where().status().deferred_projects == 1);
  CHECK(x.where().status().counts.jobs_deferred == 1);
  CHECK(x.served == std::vector<std::size_t>{0}); // somebody will look again
  CHECK(x.look() == next_step::defer);
  CHECK_FALSE(x.turn());

  x.db->accepts = true;
  x.x.time.advance(100ms);
  CHECK(x.woken.empty());
  x.where().serve();
  CHECK(x.woken == names{"p"});
  CHECK(x.status().deferred_for.empty());
  CHECK(x.look() == next_step::take_turn);
  while (x.turn())
    ;
  CHECK(x.ran == names{"first", "second"});
  CHECK(second.finished());
}

TEST_CASE("an endpoint that got well before its project waited resumes it at "
          "once",
          "[G4]") {
  fixture x;
  (void) x.submit("job");
  x.db->accepts = false;
  REQUIRE(x.x.begin_turn("p"));
  // Between the check and the deferral another worker finds it well.
  x.x.time.advance(100ms);
  REQUIRE(x.where().begin_open());
  x.where().end_open({});
  CHECK_FALSE(x.x.worker.begin_job());
  x.x.worker.end_turn();
  CHECK(x.where().status().counts.jobs_deferred == 1);
  CHECK(x.woken == names{"p"});
  CHECK(x.look() == next_step::take_turn);
}

TEST_CASE("a job is deferred for no longer than max_deferral in all", "[G4]") {
  fixture x;
  const auto job = x.submit("job");
  x.db->accepts = false;
  auto left = 60s;
  for (; left > 0s; left -= 10s) {
    REQUIRE(x.turn());
    CHECK(x.status().deferred_for == "db");
    x.x.time.advance(10s);
    x.where().serve();
  }
  REQUIRE(x.turn());
  CHECK(job.state() == job_state::failed);
  const auto why = job.wait().error();
  CHECK(why.code() == errc::connection_unavailable);
  CHECK(says(why.message(), "nobody listens"));
  CHECK(says(why.message(), "the job was deferred for 1 min"));
  CHECK(x.where().status().counts.jobs_failed == 1);
  CHECK(x.where().status().deferred_projects == 0);
}

TEST_CASE("a deferred job that others overtake is deferred for no longer than "
          "max_deferral in all",
          "[G2][G4]") {
  fixture x;
  x.db->accepts = false;
  const auto after = [&](std::chrono::seconds time) {
    for (auto left = time; left > 0s; left -= 1s) {
      x.x.time.advance(1s);
      x.where().serve();
      while (x.look() == next_step::take_turn)
        REQUIRE(x.turn());
    }
  };
  const auto first = x.submit("first", {.priority = 3});
  REQUIRE(x.turn());
  SECTION("by one that is deferred itself") {
    after(30s);
    const auto second = x.submit("second", {.priority = 2});
    REQUIRE(x.turn());
    CHECK(x.status().deferred_job == second.id());
    after(29s);
    CHECK(first.state() == job_state::queued);
    after(1s);
    REQUIRE(first.finished());
    const auto why = first.wait().error();
    CHECK(why.code() == errc::connection_unavailable);
    CHECK(says(why.message(), "nobody listens"));
    CHECK(says(why.message(),
               "the job was deferred for 1 min, of late behind "
               "job 2, which has overtaken it"));
    CHECK(x.status().deferred_job == second.id());
    after(29s);
    CHECK(second.state() == job_state::queued);
    after(1s);
    CHECK(second.state() == job_state::failed);
    CHECK(x.look() == next_step::idle);
  }
  SECTION("by one after another") {
    std::vector<ticket<void>> others;
    for (int priority = 2; priority >= -2; --priority) {
      after(10s);
      others.push_back(x.submit("other", {.priority = priority}));
      REQUIRE(x.turn());
      CHECK(x.status().deferred_job == others.back().id());
    }
    after(9s);
    CHECK(first.state() == job_state::queued);
    after(1s);
    CHECK(first.state() == job_state::failed);
    // Each has its own time.
    for (const auto& other : others) {
      CHECK(other.state() == job_state::queued);
      after(10s);
      CHECK(other.state() == job_state::failed);
    }
  }
  SECTION("by one that runs") {
    after(59s);
    (void) x.submit("urgent", {.connections = {"redis"}});
    REQUIRE(x.turn());
    CHECK(x.ran == names{"urgent"});
    after(1s);
    REQUIRE(first.finished());
    CHECK(says(first.wait().error().message(), "was deferred for 1 min"));
  }
  SECTION("by one that is cancelled") {
    after(50s);
    auto other = x.submit("other", {.priority = 2});
    REQUIRE(x.turn());
    REQUIRE(other.cancel());
    after(9s);
    CHECK(first.state() == job_state::queued);
    after(1s);
    CHECK(first.state() == job_state::failed);
  }
  SECTION("and it starts if the server comes back in time") {
    after(30s);
    (void) x.submit("second", {.priority = 2});
    REQUIRE(x.turn());
    after(29s);
    x.db->accepts = true;
    x.x.time.advance(30s);
    x.where().serve();
    while (x.turn())
      ;
    CHECK(x.ran == names{"second", "first"});
  }
  CHECK(x.where().status().deferred_projects == 0);
}

TEST_CASE("an overtaken job whose policy is not to defer does not fail behind "
          "the one that overtook it",
          "[G4]") {
  fixture x;
  REQUIRE(x.where().begin_open());
  REQUIRE(x.where().begin_open()); // by others
  const auto first = x.submit(
    "first", {.priority = 1, .if_unavailable = unavailable_policy::run_anyway});
  REQUIRE(x.turn());
  CHECK(x.status().deferred_job == first.id());
  x.db->accepts = false;
  x.where().end_open(error{errc::connection_unavailable});
  const auto second = x.submit("second");
  REQUIRE(x.turn());
  CHECK(x.status().deferred_job == second.id());
  x.x.time.advance(61s);
  x.where().serve();
  REQUIRE(x.turn());
  CHECK(second.state() == job_state::failed);
  CHECK(first.state() == job_state::queued);
  while (x.turn())
    ;
  CHECK(x.ran == names{"first"});
}

TEST_CASE("a job waits for the opens of others without trying again and again, "
          "also when its time is up",
          "[G7]") {
  fixture x{{.open_deadline = 2s, .max_deferral = 0s}};
  REQUIRE(x.where().begin_open());
  REQUIRE(x.where().begin_open()); // by others, who take their time
  const auto job = x.submit("job");
  REQUIRE(x.turn());
  CHECK(x.woken.empty());
  for (int i = 0; i < 100; ++i)
    x.where().look_again();
  CHECK(x.woken.empty());
  x.x.time.advance(2s);
  x.where().end_open({});
  CHECK(x.woken == names{"p"});
  REQUIRE(x.turn());
  CHECK(job.state() == job_state::succeeded);
}

TEST_CASE("a check that runs out of time is tried again after pauses, as one "
          "that fails is",
          "[G7]") {
  struct row {
    clock::duration takes; // of a budget that is as long
    check_options how;
    double draw;
    std::size_t least;
    std::size_t most;
  };
  const check_options slow{
    .open_deadline = 1s, .ping_deadline = 1s, .budget = 1s, .trust_window = 0s};
  auto brief = slow;
  brief.budget = 1ms;
  auto no_pause = brief;
  no_pause.first_backoff = 0s;
  auto no_mercy = no_pause;
  no_mercy.min_break = no_mercy.max_break = 100ms;
  const row rows[]{
    {1s, slow, 1.0, 20, 40},
    {1ms, brief, 1.0, 20, 40},
    {1ms, brief, 0.5, 40, 60},
    // Full jitter may draw nothing, but for the pause of an open breaker.
    {1ms, brief, 0.0, 500, 610},
    {1ms, no_pause, 1.0, 20, 40},
    {1ms, no_mercy, 1.0, 5'000, 6'010},
  };
  for (const auto& row : rows) {
    fixture x{row.how, row.draw};
    x.db->takes = x.db->takes_to_answer = [&] { x.x.time.advance(row.takes); };
    const auto job = x.submit("job");
    auto& redis = *x.x.jobs.shared().connections.at(1);
    const auto until = x.x.time.now() + 9min + 59s;
    for (;; redis.look_again()) {
      for (std::size_t i = 0; x.look() == next_step::take_turn; ++i) {
        REQUIRE(i <= row.most);
        REQUIRE(x.turn());
      }
      REQUIRE(x.status().deferred_for == "redis");
      if (x.x.time.now() >= until)
        break;
      x.x.time.advance(redis.next_look().value());
    }
    CAPTURE(row.takes, row.draw);
    const auto tries = x.db->count("open") + x.db->count("check");
    CHECK(tries >= row.least);
    CHECK(tries <= row.most);
    CHECK(x.redis->calls.empty());
    CHECK(job.state() == job_state::queued);
    // Its time is up all the same.
    x.x.time.advance(3s);
    redis.look_again();
    REQUIRE(x.turn());
    CHECK(says(job.wait().error().message(),
               "no time was left to check "
               "connection redis"));
    CHECK(says(job.wait().error().message(), "the job was deferred for "));
  }
}

TEST_CASE("a check that ran out of time once begins with short pauses again",
          "[G7]") {
  fixture x{{.open_deadline = 1s,
             .ping_deadline = 1s,
             .budget = 1s,
             .trust_window = 0s,
             .first_backoff = 100ms}};
  const auto job = x.submit("job");
  auto& redis = *x.x.jobs.shared().connections.at(1);
  x.db->takes = x.db->takes_to_answer = [&] { x.x.time.advance(1s); };
  for (int i = 0; i < 5; ++i) {
    REQUIRE(x.turn());
    CHECK(job.state() == job_state::queued);
    x.x.time.advance(16s);
    redis.serve();
  }
  x.db->takes_to_answer = [] {};
  x.redis->accepts = false;
  REQUIRE(x.turn()); // another reason
  CHECK(x.status().deferred_for == "redis");
  x.db->takes_to_answer = [&] { x.x.time.advance(1s); };
  x.x.time.advance(1s);
  redis.serve();
  REQUIRE(x.turn());
  CHECK(redis.next_look() == 100ms);
}

TEST_CASE("what no other try mends fails the job at once", "[G7]") {
  fixture x;
  const auto job = x.submit("job");
  x.db->accepts = false;
  x.db->misconfigured = true;
  REQUIRE(x.turn());
  CHECK(job.wait().error().code() == errc::connection_misconfigured);
  CHECK(x.status().deferred_for.empty());
}

TEST_CASE("a job that is to run anyway does, with what can be had", "[G7]") {
  fixture x;
  x.db->accepts = false;
  const auto job = *x.x.submit(
    "p",
    [&](job_context& job) {
      CHECK(job.connection<scripted_session>("redis").server->open);
      (void) job.connection<scripted_session>("db");
    },
    {.if_unavailable = unavailable_policy::run_anyway});
  REQUIRE(x.turn());
  const auto why = job.wait().error();
  CHECK(why.code() == errc::connection_unavailable);
  CHECK(says(why.message(),
             "asks for connection db, which could not be had: "
             "connection db could not be opened: nobody "
             "listens"));
  CHECK(x.where().status().counts.jobs_run_anyway == 1);
}

TEST_CASE("a job gets the connections that it declares, and only these",
          "[G7][G12]") {
  fixture x;
  const auto one = *x.x.submit(
    "p",
    [&](job_context& job) {
      CHECK(job.connection<scripted_session>("redis").server->open);
      (void) job.connection<scripted_session>("db");
    },
    {.connections = {"redis"}});
  const auto none = x.submit("none", {.connections = connection_needs::none()});
  x.db->accepts = x.redis->accepts = false;
  SECTION("what it does not need may be down") {
    x.redis->accepts = true;
    while (x.turn())
      ;
    CHECK(x.db->calls.empty());
    CHECK(x.redis->count("open") == 1); // the second job needs none
    CHECK(none.state() == job_state::succeeded);
    const auto why = one.wait().error();
    CHECK(why.code() == errc::unknown_connection);
    CHECK(says(why.message(), "asks for connection db; it has: redis"));
  }
  SECTION("it waits for what it needs") {
    REQUIRE(x.turn());
    CHECK(x.status().deferred_for == "redis");
    CHECK(none.state() == job_state::queued); // behind it, on purpose
  }
}

TEST_CASE("a job that declares a connection that is not there is refused",
          "[G12]") {
  fixture x;
  const auto bad = x.x.submit("p", [] {}, {.connections = {"mongo"}});
  REQUIRE_FALSE(bad);
  CHECK(bad.error()
        == error{errc::unknown_connection,
                 "a job needs connection mongo; configured are: db, redis"});
  CHECK_FALSE(x.x.jobs.is_busy("p"));
}

TEST_CASE("who overtakes a deferred job is told of, and starts", "[G2]") {
  fixture x;
  x.db->accepts = false;
  const auto deferred = x.submit("deferred", {.priority = 1});
  REQUIRE(x.turn());
  REQUIRE(x.look() == next_step::defer);
  const job_ptr urgent = test::job_of([&] { x.ran.emplace_back("urgent"); });
  const auto admitted
    = x.x.jobs.submit("p", urgent, {.connections = {"redis"}});
  CHECK(admitted->wake); // nobody looks at the project by itself
  CHECK(x.look() == next_step::take_turn);
  REQUIRE(x.turn());
  CHECK(x.ran == names{"urgent"});
  CHECK(x.status().deferred_job == deferred.id()); // still
  CHECK(x.look() == next_step::defer);
}

TEST_CASE("a job that overtakes in mid-check is checked itself", "[G2][G7]") {
  fixture x;
  const auto slow = x.submit("slow", {.priority = 1});
  REQUIRE(x.x.begin_turn("p"));
  CHECK(x.db->count("open") == 1);
  x.db->accepts = false;
  x.db->quiet = x.db->alive = false;
  const auto urgent = x.submit("urgent");
  CHECK_FALSE(x.x.worker.begin_job());
  x.x.worker.end_turn();
  CHECK(x.status().deferred_job == urgent.id());
  CHECK(slow.state() == job_state::queued);
}

TEST_CASE("a deferred job that is cancelled makes room for the next one",
          "[G4]") {
  fixture x;
  x.db->accepts = false;
  const auto deferred = x.submit("deferred");
  const auto next = x.submit("next", {.connections = {"redis"}});
  REQUIRE(x.turn());
  REQUIRE(deferred.cancel());
  CHECK(x.woken == names{"p"});
  CHECK(x.where().status().deferred_projects == 0); // forgotten there (G9)
  CHECK(x.look() == next_step::take_turn);
  REQUIRE(x.turn());
  CHECK(next.state() == job_state::succeeded);
}

TEST_CASE("a drain cancels what is deferred", "[G4][G10]") {
  fixture x;
  x.db->accepts = false;
  const auto job = x.submit("job");
  REQUIRE(x.turn());
  const auto report = drain(x.x.jobs, 0s, drain_policy::wait);
  REQUIRE(report);
  CHECK(report->cancelled == 1);
  CHECK(job.state() == job_state::cancelled);
  CHECK(x.woken == names{"p"}); // to retire
  CHECK(x.where().status().deferred_projects == 0);
  CHECK(x.look() == next_step::idle);
}

TEST_CASE("a deferred project does not retire for a submit that came to "
          "nothing",
          "[G4]") {
  fixture x;
  x.db->accepts = false;
  const auto job = x.submit("job");
  REQUIRE(x.turn());
  REQUIRE(x.look() == next_step::defer);
  CHECK_FALSE(x.x.submit("p", [] {}, {.admit = admission::if_idle}));
  CHECK(x.status().queued == 1);
  x.db->accepts = true;
  x.x.time.advance(100ms);
  x.where().serve();
  REQUIRE(x.turn());
  CHECK(job.state() == job_state::succeeded);
}

// -- losses -------------------------------------------------------------------

TEST_CASE("a job that fails as its connection was lost is told so", "[G7]") {
  fixture x;
  const auto lost
    = *x.x.submit("p",
                  [&](job_context& job) {
                    (void) job.connection<scripted_session>("db");
                    x.db->quiet = x.db->alive = false;
                    throw std::runtime_error{"server has gone away"};
                  },
                  {.connections = {"db"}});
  const auto next
    = *x.x.submit("p",
                  [&](job_context& job) {
                    return job.connection<scripted_session>("db").server->open;
                  },
                  {.connections = {"db"}});
  REQUIRE(x.turn());
  const auto why = lost.wait().error();
  CHECK(why.code() == errc::connection_lost);
  CHECK(says(why.message(), "connection db could not be pinged"));
  CHECK(says(why.message(), "while job 1 of p ran, which may have executed"));
  CHECK(says(why.message(), "it ended with: server has gone away"));
  CHECK(x.where().status().counts.lost_in_job == 1);
  CHECK(x.where().status().losses == 1);
  CHECK_FALSE(x.db->open);
  x.db->quiet = x.db->alive = true;
  REQUIRE(x.turn());
  CHECK(*next.wait()); // on a fresh one
}

TEST_CASE("a job that fails by itself is not told of a loss", "[G7]") {
  fixture x;
  const auto touching = *x.x.submit("p", [&](job_context& job) {
    (void) job.connection<scripted_session>("db");
    throw 1;
  });
  const auto others = *x.x.submit("p", [&](job_context& job) {
    (void) job.connection<scripted_session>("redis");
    x.db->quiet = x.db->alive = false; // it has nothing to do with that
    throw 2;
  });
  while (x.turn())
    ;
  CHECK(touching.wait().error().code() == errc::job_threw);
  CHECK(others.wait().error().code() == errc::job_threw);
}

TEST_CASE("a job that succeeds has succeeded, even if its connection is lost",
          "[G4]") {
  fixture x;
  const auto job = *x.x.submit("p", [&](job_context& job) {
    (void) job.connection<scripted_session>("db");
    x.db->quiet = x.db->alive = false;
    return 7;
  });
  REQUIRE(x.turn());
  CHECK(*job.wait() == 7);
}

// -- trust and time -----------------------------------------------------------

TEST_CASE("a loss on one worker makes the others ping", "[G7]") {
  fixture x;
  runner other{connection_set{{{"db", scripted_factory(x.db)},
                               {"redis", scripted_factory(x.redis)}},
                              x.x.jobs.shared().connections},
               x.x.time};
  (void) x.submit("job");
  REQUIRE(x.turn());
  // Another worker's connection dies silently and is found out.
  x.where().report_loss(x.where().epoch());
  (void) x.db->take_calls();
  (void) x.submit("job");
  REQUIRE(x.turn());
  CHECK(x.db->count("check") == 1);
  (void) x.submit("job");
  REQUIRE(x.turn());
  CHECK(x.db->count("check") == 1); // it has proved itself
}

TEST_CASE("all checks of a job have one budget", "[G7]") {
  fixture x{{.open_deadline = 3s, .budget = 3s}};
  const auto job = x.submit("job");
  x.db->takes = [&] { x.x.time.advance(1500ms); };
  SECTION("what is left of it bounds the next step") {
    REQUIRE(x.turn());
    CHECK(x.db->last_open_within == 3s);
    CHECK(x.redis->last_open_within == 1500ms);
    CHECK(job.state() == job_state::succeeded);
  }
  SECTION("when nothing is left the job is deferred") {
    x.db->takes = [&] { x.x.time.advance(3s); };
    REQUIRE(x.turn());
    CHECK(x.redis->calls.empty());
    CHECK(x.x.jobs.shared().connections.at(1)->status().counts.out_of_time
          == 1);
    CHECK(x.where().status().counts.passed_by_open == 1);
    // The endpoint is not known to be down, so it may try again, soon.
    CHECK(x.woken.empty());
    x.x.time.advance(100ms);
    x.x.jobs.shared().connections.at(1)->serve();
    CHECK(x.woken == names{"p"});
    REQUIRE(x.turn());
    CHECK(job.state() == job_state::succeeded);
  }
}

TEST_CASE("a worker whose connection is open lets one who waits go on when it "
          "is done",
          "[G7]") {
  // Too many connections: what is open must not idle while others wait.
  fixture x;
  (void) x.submit("job");
  REQUIRE(x.x.begin("p"));
  const auto waits = test::make_entry("waits");
  (void) x.where().wait(waits, x.x.time.now() + 1h);
  x.x.worker.end_job();
  CHECK(x.where().status().deferred_projects == 1);
  x.x.worker.end_turn();
  CHECK(x.where().status().deferred_projects == 0);
  CHECK_FALSE(x.x.worker.turned_away());
}

TEST_CASE("a worker knows that it could not serve the last project", "[G7]") {
  fixture x;
  (void) x.submit("job");
  x.db->accepts = false;
  REQUIRE(x.turn());
  CHECK(x.x.worker.turned_away());
  x.db->accepts = true;
  x.x.time.advance(100ms);
  x.where().serve();
  REQUIRE(x.turn());
  CHECK_FALSE(x.x.worker.turned_away());
}
