#include <foreman/ticket.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
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
  CHECK(says(early.error().message(),
             "job 1 of shop has not ended after 0 s; it goes on"));
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
      CHECK(
        says(bad.error().message(),
             timeout == -1ns ? "timeout is -1 ns;" : "timeout is -292 years;"));
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

TEST_CASE("an empty ticket answers as one of a job that has failed", "[G12]") {
  one_worker x;
  auto moved_from = *x.submit("p", [] { return std::string{"rows"}; });
  const auto moved_to = std::move(moved_from);
  CHECK(moved_to.valid());
  for (const auto& none : {moved_from, ticket<std::string>{}}) { // NOLINT
    CHECK_FALSE(none.valid());
    CHECK(none.id() == job_id{});
    CHECK(none.project().empty());
    CHECK(none.state() == job_state::failed);
    CHECK(none.finished());
    CHECK(none.outcome() == outcome{job_state::failed, errc::empty_ticket});
    CHECK(none.cancel().error().code() == errc::empty_ticket);
    CHECK(none.wait().error().code() == errc::empty_ticket);
    CHECK(none.wait_for(0ns).error().code() == errc::empty_ticket);
    CHECK(none.wait_until({}).error().code() == errc::empty_ticket);
    CHECK(ticket{none}.wait().error().code() == errc::empty_ticket);
    int heard = 0;
    none.on_finish([&heard](const outcome& how) {
      heard += how.why.code() == errc::empty_ticket ? 1 : 100;
    });
    CHECK(heard == 1);
    CHECK_NOTHROW(none.on_finish([](const outcome&) { throw 7; }));
    CHECK_NOTHROW(none.on_finish({}));
  }
  CHECK(ticket<void>{}.wait().error().code() == errc::empty_ticket);
  CHECK(ticket<void>{} == ticket<void>{});
  CHECK(moved_to != ticket<std::string>{});
}

TEST_CASE("a ticket can be assigned, swapped and kept by its id") {
  one_worker x;
  auto one = *x.submit("p", [] { return std::string{"1"}; });
  auto two = *x.submit("p", [] { return std::string{"2"}; });
  std::unordered_map<job_id, ticket<std::string>> kept;
  kept[one.id()] = one;
  const auto second = two.id();
  kept[second] = std::move(two);
  two = one;
  std::swap(one, kept[job_id{2}]);
  x.run("p");
  CHECK(*one.wait() == "2");
  CHECK(*two.wait() == "1");
  CHECK(*kept.at(job_id{1}).wait() == "1");
  CHECK(*kept.at(job_id{2}).wait() == "1");
  auto& self = two;
  two = self;
  CHECK(*two.wait() == "1");
}

TEST_CASE("an rvalue wait leaves other holders their value", "[G4]") {
  one_worker x;
  auto mine = *x.submit("p", [] { return std::string(100, 'x'); });
  const auto yours = mine;
  x.run("p");
  CHECK(std::move(mine).wait()->size() == 100); // copied
  CHECK(yours.wait()->size() == 100);
  CHECK(std::move(mine).wait()->size() == 100);
}

TEST_CASE("the last holder moves the value out, once", "[G4]") {
  one_worker x;
  auto last = *x.submit("p", [] { return std::make_shared<int>(7); });
  {
    const auto gone = last;
    x.run("p");
    CHECK(gone.wait()->use_count() == 2);
  }
  const auto value = *std::move(last).wait();
  CHECK(value.use_count() == 1); // else the job had kept one
  CHECK(std::move(last).wait().error().code() == errc::value_taken);
  CHECK(last.wait().error().code() == errc::value_taken);
  CHECK(last.state() == job_state::succeeded);
}

TEST_CASE("a value that only moves goes to the first who asks", "[G12]") {
  one_worker x;
  auto first = *x.submit("p", [] { return std::make_unique<int>(1); });
  auto second = first;
  x.run("p");
  CHECK(**std::move(first).wait() == 1);
  CHECK(std::move(second).wait().error().code() == errc::value_taken);
}

TEST_CASE("a value that is only bits can be taken again and again") {
  one_worker x;
  auto ticket = *x.submit("p", [] { return 5; });
  x.run("p");
  CHECK(*std::move(ticket).wait() == 5);
  CHECK(*std::move(ticket).wait() == 5);
}

TEST_CASE("not_finished is about the wait, never about the job", "[G12]") {
  one_worker x;
  const auto other = *x.submit("other", [] { return 1; });
  // Two natural ways to fail with the error of an inner wait.
  const auto throws = *x.submit("p", [&] { return *other.wait_for(0ns); });
  const auto returns = *x.submit("p", [&] { return other.wait_for(0ns); });
  CHECK(throws.wait_for(0ns).error().code() == errc::not_finished);
  CHECK_FALSE(throws.outcome());
  x.run("p");
  for (const auto& ticket : {throws, returns}) {
    const auto why = ticket.wait_for(1h).error();
    CHECK(why.code() == errc::job_failed);
    CHECK(says(why.message(), "not_finished: job 1 of other has not ended"));
    CHECK(ticket.outcome() == outcome{job_state::failed, why});
  }
}

TEST_CASE("wait_until gives up at a point in time, which may have passed") {
  one_worker x;
  const auto ticket = *x.submit("shop", [] { return 1; });
  const auto now = std::chrono::steady_clock::now();
  for (const auto until :
       {clock::time_point{}, clock::time_point::min(), now}) {
    const auto early = ticket.wait_until(until);
    CHECK(early.error().code() == errc::not_finished);
    CHECK(says(early.error().message(), "job 1 of shop has not ended in time"));
  }
  x.run("shop");
  CHECK(*ticket.wait_until({}) == 1);
  CHECK(*ticket.wait_until(clock::time_point::max()) == 1);
}
