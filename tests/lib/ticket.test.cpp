#include <foreman/ticket.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::one_worker;
using foreman::test::says;
using std::chrono::nanoseconds;

TEST_CASE("a ticket tells job, project and state at every step") {
  one_worker x;
  const auto ticket = *x.submit("shop", [] { return 5; });
  CHECK(ticket.id() == job_id{1});
  CHECK(ticket.project() == "shop");
  CHECK(ticket.state() == job_state::queued);
  REQUIRE(x.begin("shop"));
  CHECK(ticket.state() == job_state::running);
  CHECK_FALSE(ticket.finished());
  x.end();
  CHECK(ticket.state() == job_state::succeeded);
  CHECK(ticket.finished());
}

TEST_CASE("every copy of a ticket gets the value, as often as it asks",
          "[G4]") {
  one_worker x;
  const auto ticket = *x.submit("p", [] { return std::string{"rows"}; });
  const auto copy = ticket; // NOLINT
  x.run("p");
  CHECK(*ticket.wait() == "rows");
  CHECK(*ticket.wait() == "rows");
  CHECK(*copy.wait_for(0ns) == "rows");
  CHECK(*copy.wait() == "rows");
}

TEST_CASE("a value that only moves is taken with an rvalue ticket") {
  one_worker x;
  auto first = *x.submit("p", [] { return std::make_unique<int>(1); });
  auto second = *x.submit("p", [] { return std::make_unique<int>(2); });
  x.run("p");
  CHECK(**std::move(first).wait() == 1);
  CHECK(**std::move(second).wait_for(0ns) == 2);
}

TEST_CASE("an rvalue ticket says why there is no value, too", "[G4]") {
  one_worker x;
  const auto other = *x.submit("q", [] { return std::make_unique<int>(1); });
  auto early = other;
  CHECK(std::move(early).wait_for(0ns).error().code() == errc::not_finished);
  errc in_body = errc::ok;
  auto failed = *x.submit("p", [&in_body, other]() -> std::unique_ptr<int> {
    auto inner = other;
    in_body = std::move(inner).wait().error().code(); // has no deadline
    throw 1;
  });
  x.run("p");
  CHECK(in_body == errc::would_deadlock);
  CHECK(std::move(failed).wait().error().code() == errc::job_threw);
}

TEST_CASE("a ticket of a body without a value tells success from failure",
          "[G4]") {
  one_worker x;
  const auto good = *x.submit("p", [] {});
  const auto bad = *x.submit("p", [] { throw 1; });
  auto cancelled = *x.submit("p", [] {});
  REQUIRE(cancelled.cancel());
  x.run("p");
  CHECK(good.wait());
  auto taken = good;
  CHECK(std::move(taken).wait());
  CHECK(bad.wait().error().code() == errc::job_threw);
  CHECK(bad.wait_for(1h).error().code() == errc::job_threw);
  CHECK(std::move(cancelled).wait().error().code() == errc::cancelled);
}

TEST_CASE("wait_for gives up in time and says that the job goes on") {
  one_worker x;
  const auto ticket = *x.submit("shop", [] { return 1; });
  const auto early = ticket.wait_for(0ns);
  REQUIRE_FALSE(early);
  CHECK(early.error().code() == errc::not_finished);
  CHECK(says(early.error().message(), "job 1 of shop has not ended after 0ns"));
  CHECK(ticket.state() == job_state::queued);
  CHECK(ticket.wait_for(1ns).error().code() == errc::not_finished);
  x.run("shop");
  CHECK(*ticket.wait_for(0ns) == 1);
}

TEST_CASE("a negative timeout is refused, whatever the job does", "[G12]") {
  one_worker x;
  const auto ticket = *x.submit("p", [] {});
  for (const bool finished : {false, true}) {
    if (finished)
      x.run("p");
    for (const auto timeout : {-1ns, nanoseconds::min()}) {
      const auto bad = ticket.wait_for(timeout);
      REQUIRE_FALSE(bad);
      CHECK(bad.error().code() == errc::invalid_option);
      CHECK(says(bad.error().message(),
                 "timeout is " + std::to_string(timeout.count()) + "ns"));
      CHECK(says(bad.error().message(), "from 0 on"));
    }
  }
}

TEST_CASE("the longest timeout there is ends with the job, not before",
          "[G4][G12]") {
  for (int round = 0; round < 100; ++round) {
    one_worker x;
    const auto ticket = *x.submit("p", [] { return 9; });
    std::optional<expected<int>> got;
    std::thread waiting{[&] { got = ticket.wait_for(nanoseconds::max()); }};
    x.run("p");
    waiting.join();
    REQUIRE(*got);
    CHECK(**got == 9);
  }
}

TEST_CASE("a finished job cannot be cancelled through its ticket", "[G12]") {
  one_worker x;
  const auto ticket = *x.submit("p", [] {});
  x.run("p");
  CHECK(ticket.cancel().error().code() == errc::job_finished);
  CHECK(ticket.wait());
}

TEST_CASE("a ticket calls back once with the outcome, at once if there is one",
          "[G4]") {
  one_worker x;
  const auto good = *x.submit("p", [] { return 1; });
  const auto bad = *x.submit("p", []() -> expected<int> {
    return error{errc::job_threw, "broken"};
  });
  const auto never = *x.submit("p", [] { return 2; });
  std::vector<outcome> heard;
  const auto hear = [&](const outcome& how) { heard.push_back(how); };
  for (const auto& ticket : {good, bad, never})
    ticket.on_finish(hear);
  CHECK(heard.empty());
  REQUIRE(never.cancel());
  x.run("p");
  good.on_finish(hear);
  REQUIRE(heard.size() == 4);
  CHECK(heard[0].state == job_state::cancelled);
  CHECK(heard[1] == outcome{job_state::succeeded, {}});
  CHECK(heard[2] == outcome{job_state::failed, {errc::job_threw, "broken"}});
  CHECK(heard[3] == heard[1]);
}

TEST_CASE("a ticket that is dropped changes nothing", "[G4]") {
  one_worker x;
  int ran = 0;
  (void) x.submit("p", [&] { ++ran; });
  x.run("p");
  CHECK(ran == 1);
}

TEST_CASE("a ticket outlives its system and has an outcome by then", "[G4]") {
  auto x = std::make_unique<one_worker>();
  const auto done = *x->submit("p", [] { return 1; });
  x->run("p");
  const auto left = *x->submit("p", [] { return 2; });
  x.reset();
  CHECK(*done.wait() == 1);
  CHECK(done.project() == "p");
  CHECK(left.wait().error().code() == errc::cancelled);
  CHECK(left.cancel().error().code() == errc::job_finished);
}
