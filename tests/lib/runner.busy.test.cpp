// What becomes of jobs that wait for connections which others are opening, once
// it is known how that ended.

#include <foreman/entry.hpp>
#include <foreman/job_context.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/scripted_connection.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::scripted_factory;
using foreman::test::scripted_server;

namespace {

const error no_server{errc::connection_unavailable, "no server"};
const error no_password{errc::connection_misconfigured, "access denied"};

// A worker with a connection "db", which another worker is opening, and a
// project "p".
struct fixture {
  fixture() {
    x.jobs.shared().wake
      = [this](const entry_ptr& e) { woken.push_back(e->project()); };
    x.jobs.shared().serve = [](std::size_t) {};
    REQUIRE(where().begin_open());
  }

  ticket<void> submit(unavailable_policy policy) {
    return *x.submit("p", [this] { ran = true; }, {.if_unavailable = policy});
  }

  void turn() {
    REQUIRE(x.begin_turn("p"));
    while (x.worker.begin_job())
      x.worker.end_job();
    x.worker.end_turn();
  }

  bool waits() const {
    return x.jobs.status("p")->deferred_for == "db";
  }

  endpoint& where() {
    return *x.jobs.shared().connections.at(0);
  }

  std::shared_ptr<scripted_server> db = std::make_shared<scripted_server>();
  std::vector<std::string> woken;
  bool ran = false;
  test::one_worker x{check_options{.max_opens = 1, .first_backoff = 100ms},
                     {{"db", scripted_factory(db)}},
                     1.0};
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE(
  "a job that may not wait for its server waits for the opens of others "
  "until they fail",
  "[G7]") {
  fixture x;
  const bool runs = GENERATE(false, true);
  const auto job = x.submit(runs ? unavailable_policy::run_anyway
                                 : unavailable_policy::fail);
  x.turn();
  REQUIRE(x.waits());
  x.where().end_open(no_server);
  CHECK(x.woken == names{"p"}); // although no open may begin yet
  x.turn();
  REQUIRE(job.finished());
  CHECK(x.ran == runs);
  if (!runs)
    CHECK(job.wait().error().code() == errc::connection_unavailable);
  CHECK(x.db->count("open") == 0);
}

TEST_CASE("a job that waited for the opens of others waits for its server when "
          "they fail",
          "[G7]") {
  fixture x;
  const auto job = x.submit(unavailable_policy::defer);
  x.turn();
  x.where().end_open(no_server);
  CHECK(x.waits());
  CHECK(x.woken.empty()); // that is no news to it
  x.x.time.advance(100ms);
  x.where().serve();
  x.turn();
  CHECK(job.wait());
}

TEST_CASE("a job waits no longer when it is found that no other try helps",
          "[G7]") {
  fixture x;
  x.where().end_open(no_server);
  const auto job = x.submit(unavailable_policy::defer);
  x.turn();
  REQUIRE(x.waits());
  REQUIRE(x.woken.empty());
  x.x.time.advance(100ms);
  REQUIRE(x.where().begin_open());
  x.where().end_open(no_password);
  REQUIRE(x.woken == names{"p"});
  x.turn();
  CHECK(job.wait().error().code() == errc::connection_misconfigured);
  CHECK_FALSE(x.ran);
}
