#include <foreman/callable_job.hpp>

#include <support/catch.hpp>
#include <support/crank.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_connection.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using foreman::endpoint;
using foreman::job_ptr;
using foreman::job_state;
using foreman::make_job;
using foreman::test::crank;

namespace {

// One worker with a connection "db" whose server is down.
struct fixture {
  fixture() {
    server->accepts = false;
  }

  foreman::system_options options() {
    return {.workers = 1,
            .connections = {{"db", foreman::test::scripted_factory(server)}},
            .check = {.first_backoff = {}, .break_after = 1, .min_break = 5s},
            .log = [](foreman::log_level, std::string_view) {},
            .time = &time};
  }

  job_ptr submit(const std::string& project,
                 const foreman::job_options& how = {}) {
    job_ptr job = *make_job([this, project] { ran.push_back(project); });
    REQUIRE(c.submit(project, job, how));
    return job;
  }

  // Both clocks.
  void pass(std::chrono::seconds x) {
    time.advance(x);
    c.advance(x);
    c.settle();
  }

  std::shared_ptr<foreman::test::scripted_server> server
    = std::make_shared<foreman::test::scripted_server>();
  foreman::test::manual_clock time;
  std::vector<std::string> ran;
  // One place: who has it has the worker.
  crank c{options(), {.places_each = 1, .most_idle = 0}};
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a deferred project leaves its worker to others", "[G3][G7]") {
  fixture x;
  const auto deferred = x.submit("waits");
  x.c.settle();
  CHECK(x.c.jobs().status("waits")->deferred_for == "db");
  (void) x.submit("other", {.connections = foreman::connection_needs::none()});
  x.c.settle();
  CHECK(x.ran == names{"other"});
  CHECK(deferred->state() == job_state::queued);
}

TEST_CASE("deferred projects come back in turns when the server does",
          "[G4][G7]") {
  fixture x;
  for (const auto* project : {"a", "b", "c"})
    (void) x.submit(project);
  x.c.settle();
  CHECK(x.server->count("open") == 1); // the breaker is open
  x.server->accepts = true;
  x.pass(4s);
  CHECK(x.ran.empty());
  x.pass(1s);
  CHECK(x.ran == names{"a", "b", "c"});
  CHECK(x.server->count("open") == 2); // and one worker has one connection
  x.pass(10s);
  CHECK(x.c.ready_actors() == 0); // nobody looks any more
}

TEST_CASE("nobody waits behind a crowd that is let go on", "[G7]") {
  constexpr std::size_t crowd = 1'000;
  fixture x;
  for (std::size_t i = 0; i < crowd; ++i)
    (void) x.submit("p" + std::to_string(i));
  x.c.settle();
  auto& where = *x.c.jobs().shared().connections.at(0);
  REQUIRE(where.status().deferred_projects == crowd);
  SECTION("for good, as its password is wrong") {
    x.server->misconfigured = true;
  }
  SECTION("as the server is back") {
    x.server->accepts = true;
  }
  x.time.advance(5s);
  x.c.advance(5s);
  while (where.status().deferred_projects > crowd / 2)
    x.c.step_all();
  (void) x.submit("other", {.connections = foreman::connection_needs::none()});
  const auto before = x.c.jobs().shared().books.totals();
  while (x.ran.empty() || x.ran.back() != "other")
    x.c.step_all();
  const auto after = x.c.jobs().shared().books.totals();
  // It came after those on their way, and no more.
  CHECK(after.succeeded + after.failed - before.succeeded - before.failed
        <= 2 * endpoint::default_most_under_way);
  // And nobody of the crowd is forgotten.
  x.c.settle();
  for (int i = 0; i < 20'000 && where.status().deferred_projects != 0; ++i)
    x.pass(1s);
  CHECK(x.c.jobs().shared().books.totals().open() == 0);
}

TEST_CASE("a new registry sees to those that wait for a connection", "[G4]") {
  fixture x;
  (void) x.submit("p");
  x.c.settle();
  caf::anon_send_exit(
    caf::actor_cast<caf::actor>(x.c.shared().way_in.registry()),
    caf::exit_reason::kill);
  x.c.settle();
  x.server->accepts = true;
  x.pass(10s);
  CHECK(x.ran == names{"p"});
}

TEST_CASE("a job that overtakes a deferred one starts at once", "[G2]") {
  fixture x;
  (void) x.submit("p", {.priority = 1});
  x.c.settle();
  (void) x.submit("p", {.connections = foreman::connection_needs::none()});
  x.c.settle();
  CHECK(x.ran.size() == 1);
}
