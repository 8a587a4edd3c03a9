#include <foreman/fair_turns.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>

#include <string>
#include <vector>

using namespace foreman;
using foreman::test::make_entry;

namespace {

using turns = fair_turns<std::string>;
using workers = std::vector<turns::worker_number>;
using names = std::vector<std::string>;

// Grants all that can be granted: who asked, and the place, in order.
names grants_of(turns& pool) {
  names result;
  while (const auto granted = pool.next())
    result.push_back(granted->to + "@" + std::to_string(granted->place));
  return result;
}

// Four workers with a place each, of which a test adds what it needs.
struct fixture {
  turns pool{4, 1};
  entry_ptr a = make_entry("a");
  entry_ptr b = make_entry("b");
  entry_ptr c = make_entry("c");

  void request(const entry_ptr& project) {
    pool.request(project, project->project());
  }

  void add(const workers& which) {
    for (const auto x : which)
      pool.add(x);
  }
};

} // namespace

TEST_CASE("nothing is granted without both a worker and somebody who waits") {
  fixture x;
  CHECK_FALSE(x.pool.next());
  x.add({1});
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
  x.add({1});
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
  x.add({1, 2, 3});
  x.request(x.a);
  x.request(x.b);
  CHECK(grants_of(x.pool) == names{"a@3", "b@2"});
  x.pool.release(3, 1);
  x.request(x.c);
  CHECK(grants_of(x.pool) == names{"c@3"});
}

TEST_CASE("a worker is counted once, and a leased place is not idle") {
  fixture x;
  x.add({1, 1});
  CHECK(x.pool.idle_places() == 1);
  x.request(x.a);
  REQUIRE(x.pool.next());
  x.add({1}); // told again
  CHECK(x.pool.idle_places() == 0);
}

TEST_CASE("a lease is given back once, and only the current one") {
  fixture x;
  x.add({1});
  x.request(x.a);
  const auto first = *x.pool.next();
  x.pool.release(1, first.lease + 1);
  x.pool.release(2, first.lease);
  x.pool.release(99, first.lease);
  CHECK(x.pool.idle_places() == 0);
  x.pool.release(1, first.lease);
  x.pool.release(1, first.lease);
  CHECK(x.pool.idle_places() == 1);
  x.request(x.b);
  const auto second = *x.pool.next();
  CHECK(second.lease != first.lease);
  x.pool.release(1, first.lease); // late: the place is b's now
  CHECK(x.pool.idle_places() == 0);
}

TEST_CASE("a project that forfeits neither waits nor holds a place") {
  fixture x;
  x.add({1, 2, 3});
  x.request(x.a);
  x.request(x.b);
  (void) grants_of(x.pool); // a@3, b@2
  x.request(x.a);
  (void) grants_of(x.pool); // a@1
  x.request(x.a);
  x.request(x.c);
  x.pool.forfeit(*x.a);
  CHECK(x.pool.waiting() == 1);
  CHECK(x.pool.idle_places() == 2);
  x.pool.forfeit(*x.a);
  CHECK(x.pool.idle_places() == 2);
  x.pool.release(3, 1); // late
  CHECK(x.pool.idle_places() == 2);
  CHECK(grants_of(x.pool) == names{"c@3"});
  // Who forfeited may ask again.
  x.request(x.a);
  CHECK(grants_of(x.pool) == names{"a@1"});
}

TEST_CASE("a lost worker is granted to nobody and its holders are named") {
  turns pool{2, 2};
  const auto a = make_entry("a");
  const auto b = make_entry("b");
  pool.add(0);
  pool.add(1);
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
  pool.add(1);
  CHECK(pool.idle_places() == 2);
}

TEST_CASE("the pool keeps no project that it has nothing to do with", "[G9]") {
  turns pool{2, 1};
  const auto project = make_entry("p");
  pool.add(1);
  for (turns::lease_number i = 1; i <= 1000; ++i) {
    pool.request(project, "p");
    REQUIRE(pool.next());
    pool.release(1, i);
  }
  CHECK(pool.waiting() == 0);
  CHECK(pool.idle_places() == 1);
}
