#include <foreman/fair_turns.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace foreman;
using foreman::test::make_entry;

namespace {

using workers = std::vector<fair_turns::worker_number>;

// Grants all that can be granted: project and worker, in order.
std::vector<std::string> grants_of(fair_turns& pool) {
  std::vector<std::string> result;
  while (const auto granted = pool.next())
    result.push_back(granted->project->project() + "@"
                     + std::to_string(granted->worker));
  return result;
}

using names = std::vector<std::string>;

struct fixture {
  fair_turns pool;
  entry_ptr a = make_entry("a");
  entry_ptr b = make_entry("b");
  entry_ptr c = make_entry("c");
};

} // namespace

TEST_CASE("nothing is granted without both a worker and somebody who waits") {
  fixture x;
  CHECK_FALSE(x.pool.next());
  x.pool.idle(1);
  CHECK_FALSE(x.pool.next());
  CHECK(x.pool.idle_workers() == 1);
  fixture y;
  y.pool.request(y.a);
  CHECK_FALSE(y.pool.next());
  CHECK(y.pool.waiting() == 1);
}

TEST_CASE("the project that has waited longest gets the next worker") {
  fixture x;
  x.pool.request(x.b);
  x.pool.request(x.a);
  x.pool.request(x.c);
  x.pool.idle(1);
  CHECK(grants_of(x.pool) == names{"b@1"});
  x.pool.request(x.b); // behind the others now
  x.pool.release(1, 1);
  CHECK(grants_of(x.pool) == names{"a@1"});
  x.pool.release(1, 2);
  CHECK(grants_of(x.pool) == names{"c@1"});
  x.pool.release(1, 3);
  CHECK(grants_of(x.pool) == names{"b@1"});
}

TEST_CASE("a request that comes twice waits once, in its first place") {
  fixture x;
  x.pool.request(x.a);
  x.pool.request(x.b);
  x.pool.request(x.a);
  CHECK(x.pool.waiting() == 2);
  x.pool.idle(1);
  x.pool.idle(2);
  x.pool.idle(3);
  CHECK(grants_of(x.pool) == names{"a@3", "b@2"});
}

TEST_CASE("the worker that was used last is used next") {
  fixture x;
  for (const fair_turns::worker_number worker : {1U, 2U, 3U})
    x.pool.idle(worker);
  x.pool.request(x.a);
  x.pool.request(x.b);
  CHECK(grants_of(x.pool) == names{"a@3", "b@2"});
  x.pool.release(3, 1);
  x.pool.request(x.c);
  CHECK(grants_of(x.pool) == names{"c@3"});
}

TEST_CASE("an idle worker is counted once and a leased one is not idle") {
  fixture x;
  x.pool.idle(1);
  x.pool.idle(1);
  CHECK(x.pool.idle_workers() == 1);
  x.pool.request(x.a);
  REQUIRE(x.pool.next());
  x.pool.idle(1); // late
  CHECK(x.pool.idle_workers() == 0);
  CHECK(x.pool.leased_workers() == 1);
}

TEST_CASE("a lease is given back once, and only the current one") {
  fixture x;
  x.pool.idle(1);
  x.pool.request(x.a);
  const auto first = *x.pool.next();
  x.pool.release(1, first.lease + 1);
  x.pool.release(2, first.lease);
  CHECK(x.pool.leased_workers() == 1);
  x.pool.release(1, first.lease);
  x.pool.release(1, first.lease);
  CHECK(x.pool.idle_workers() == 1);
  CHECK(x.pool.leased_workers() == 0);
  x.pool.request(x.b);
  const auto second = *x.pool.next();
  CHECK(second.lease != first.lease);
  x.pool.release(1, first.lease); // late: the worker is b's now
  CHECK(x.pool.leased_workers() == 1);
}

TEST_CASE("a project that forfeits waits no more and names its workers") {
  fixture x;
  for (const fair_turns::worker_number worker : {1U, 2U, 3U})
    x.pool.idle(worker);
  x.pool.request(x.a);
  x.pool.request(x.b);
  (void) grants_of(x.pool); // a@3, b@2
  x.pool.request(x.a);
  (void) grants_of(x.pool); // a@1
  x.pool.request(x.a);
  x.pool.request(x.c);
  auto held = x.pool.forfeit(x.a);
  std::sort(held.begin(), held.end());
  CHECK(held == workers{1, 3});
  CHECK(x.pool.waiting() == 1);
  CHECK(x.pool.leased_workers() == 1);
  CHECK(x.pool.idle_workers() == 0); // nobody's, until they say so
  CHECK(x.pool.forfeit(x.a).empty());
  x.pool.release(3, 1); // late
  CHECK(x.pool.idle_workers() == 0);
  x.pool.idle(3);
  CHECK(grants_of(x.pool) == names{"c@3"});
  // Who forfeited may ask again.
  x.pool.idle(1);
  x.pool.request(x.a);
  CHECK(grants_of(x.pool) == names{"a@1"});
}

TEST_CASE("a lost worker is granted to nobody and its holder is named") {
  fixture x;
  x.pool.idle(1);
  x.pool.idle(2);
  CHECK_FALSE(x.pool.lost(1)); // idle: nobody held it
  CHECK(x.pool.idle_workers() == 1);
  x.pool.request(x.a);
  const auto granted = *x.pool.next();
  const auto holder = x.pool.lost(2);
  REQUIRE(holder);
  CHECK(holder->project == x.a);
  CHECK(holder->lease == granted.lease);
  CHECK_FALSE(x.pool.lost(2));
  CHECK_FALSE(x.pool.lost(99));
  x.pool.release(2, granted.lease); // late
  CHECK(x.pool.idle_workers() == 0);
  CHECK(x.pool.leased_workers() == 0);
}

TEST_CASE("who has a place behind another one waits as well") {
  fixture x;
  x.pool.idle(1); // the places of one worker
  x.pool.idle(2);
  CHECK(x.pool.waiting_with(1) == 0);
  x.pool.request(x.a);
  CHECK(x.pool.waiting_with(1) == 1);
  REQUIRE(x.pool.next());
  CHECK(x.pool.waiting_with(1) == 0);
  x.pool.request(x.b);
  REQUIRE(x.pool.next());
  CHECK(x.pool.waiting() == 0);
  CHECK(x.pool.waiting_with(1) == 1);
  CHECK(x.pool.waiting_with(2) == 0);
  x.pool.request(x.c);
  CHECK(x.pool.waiting_with(1) == 2);
}

TEST_CASE("the pool keeps no project that it has nothing to do with", "[G9]") {
  fair_turns pool;
  for (fair_turns::lease_number i = 1; i <= 1000; ++i) {
    const auto project = make_entry("p");
    pool.idle(1);
    pool.request(project);
    REQUIRE(pool.next());
    pool.release(1, i);
  }
  CHECK(pool.waiting() == 0);
  CHECK(pool.leased_workers() == 0);
  CHECK(pool.idle_workers() == 1);
}
