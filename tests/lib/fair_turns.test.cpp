#include <foreman/fair_turns.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>

#include <string>
#include <vector>

using namespace foreman;
using foreman::test::make_entry;

namespace {

using turns = fair_turns<std::string>;
using places = std::vector<turns::place_number>;
using names = std::vector<std::string>;

// Grants all that can be granted: who asked, and the place, in order.
names grants_of(turns& pool) {
  names result;
  while (const auto granted = pool.next())
    result.push_back(granted->to + "@" + std::to_string(granted->place));
  return result;
}

// Four workers with a place each, of which a test makes idle what it needs.
struct fixture {
  turns pool{4, 1};
  entry_ptr a = make_entry("a");
  entry_ptr b = make_entry("b");
  entry_ptr c = make_entry("c");

  void request(const entry_ptr& project) {
    pool.request(project, project->project());
  }

  void idle(const places& which) {
    for (const auto x : which)
      pool.idle(x);
  }
};

} // namespace

TEST_CASE("nothing is granted without both a worker and somebody who waits") {
  fixture x;
  CHECK_FALSE(x.pool.next());
  x.idle({1});
  CHECK_FALSE(x.pool.next());
  CHECK(x.pool.idle_places() == 1);
  fixture y;
  y.request(y.a);
  CHECK_FALSE(y.pool.next());
  CHECK(y.pool.waiting() == 1);
}

TEST_CASE("the project that has waited longest gets the next worker") {
  fixture x;
  x.request(x.b);
  x.request(x.a);
  x.request(x.c);
  x.idle({1});
  CHECK(grants_of(x.pool) == names{"b@1"});
  x.request(x.b); // behind the others now
  x.pool.release(1, 1);
  CHECK(grants_of(x.pool) == names{"a@1"});
  x.pool.release(1, 2);
  CHECK(grants_of(x.pool) == names{"c@1"});
  x.pool.release(1, 3);
  CHECK(grants_of(x.pool) == names{"b@1"});
}

TEST_CASE("the place that was used last is used next") {
  fixture x;
  x.idle({1, 2, 3});
  x.request(x.a);
  x.request(x.b);
  CHECK(grants_of(x.pool) == names{"a@3", "b@2"});
  x.pool.release(3, 1);
  x.request(x.c);
  CHECK(grants_of(x.pool) == names{"c@3"});
}

TEST_CASE("an idle place is counted once and a leased one is not idle") {
  fixture x;
  x.idle({1, 1});
  CHECK(x.pool.idle_places() == 1);
  x.request(x.a);
  REQUIRE(x.pool.next());
  x.idle({1}); // late
  CHECK(x.pool.idle_places() == 0);
  CHECK(x.pool.leased_places() == 1);
}

TEST_CASE("a lease is given back once, and only the current one") {
  fixture x;
  x.idle({1});
  x.request(x.a);
  const auto first = *x.pool.next();
  x.pool.release(1, first.lease + 1);
  x.pool.release(2, first.lease);
  x.pool.release(99, first.lease);
  CHECK(x.pool.leased_places() == 1);
  x.pool.release(1, first.lease);
  x.pool.release(1, first.lease);
  CHECK(x.pool.idle_places() == 1);
  CHECK(x.pool.leased_places() == 0);
  x.request(x.b);
  const auto second = *x.pool.next();
  CHECK(second.lease != first.lease);
  x.pool.release(1, first.lease); // late: the place is b's now
  CHECK(x.pool.leased_places() == 1);
}

TEST_CASE("a project that forfeits waits no more and names its places") {
  fixture x;
  x.idle({1, 2, 3});
  x.request(x.a);
  x.request(x.b);
  (void) grants_of(x.pool); // a@3, b@2
  x.request(x.a);
  (void) grants_of(x.pool); // a@1
  x.request(x.a);
  x.request(x.c);
  CHECK(x.pool.forfeit(*x.a) == places{1, 3});
  CHECK(x.pool.waiting() == 1);
  CHECK(x.pool.leased_places() == 1);
  CHECK(x.pool.idle_places() == 0); // nobody's, until they are idle
  CHECK(x.pool.forfeit(*x.a).empty());
  x.pool.release(3, 1); // late
  CHECK(x.pool.idle_places() == 0);
  x.idle({3});
  CHECK(grants_of(x.pool) == names{"c@3"});
  // Who forfeited may ask again.
  x.idle({1});
  x.request(x.a);
  CHECK(grants_of(x.pool) == names{"a@1"});
}

TEST_CASE("a lost worker is granted to nobody and its holders are named") {
  turns pool{2, 2};
  const auto a = make_entry("a");
  const auto b = make_entry("b");
  CHECK(pool.places_of(1) == places{1, 3});
  for (const auto place : {0U, 1U, 3U})
    pool.idle(place);
  CHECK(pool.lost(0).empty()); // idle: nobody held it
  CHECK(pool.idle_places() == 2);
  pool.request(a, "a");
  pool.request(b, "b");
  CHECK(grants_of(pool) == names{"a@3", "b@1"});
  CHECK(pool.worker_of(3) == 1);
  const auto held = pool.lost(1);
  REQUIRE(held.size() == 2);
  CHECK(held[0].project == b);
  CHECK(held[0].lease == 2);
  CHECK(held[1].to == "a");
  CHECK(pool.lost(1).empty());
  pool.release(1, 2); // late
  CHECK(pool.idle_places() == 0);
  CHECK(pool.leased_places() == 0);
}

TEST_CASE("who has a place behind another one waits as well") {
  turns pool{1, 2};
  const auto a = make_entry("a");
  pool.idle(0);
  pool.idle(1);
  CHECK(pool.waiting() == 0);
  pool.request(a, "a");
  CHECK(pool.waiting() == 1);
  REQUIRE(pool.next());
  CHECK(pool.waiting() == 0);
  pool.request(a, "b");
  REQUIRE(pool.next());
  CHECK(pool.waiting() == 1);
  pool.request(a, "c");
  CHECK_FALSE(pool.next());
  CHECK(pool.waiting() == 2);
}

TEST_CASE("the pool keeps no project that it has nothing to do with", "[G9]") {
  turns pool{2, 1};
  const auto project = make_entry("p");
  for (turns::lease_number i = 1; i <= 1000; ++i) {
    pool.idle(1);
    pool.request(project, "p");
    REQUIRE(pool.next());
    pool.release(1, i);
  }
  CHECK(pool.waiting() == 0);
  CHECK(pool.leased_places() == 0);
  CHECK(pool.idle_places() == 1);
}
