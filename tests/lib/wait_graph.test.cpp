#include <foreman/entry.hpp>
#include <foreman/wait_graph.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

using namespace foreman;
using foreman::test::make_entry;
using foreman::test::make_shared_state;
using foreman::test::says;

namespace {

// Entries of one system.
struct one_system {
  const std::shared_ptr<shared_state> shared = make_shared_state();
  const entry_ptr a = make_entry("a", shared);
  const entry_ptr b = make_entry("b", shared);
  const entry_ptr c = make_entry("c", shared);
  const entry_ptr d = make_entry("d", shared);
  const entry_ptr z = make_entry("z", shared);
};

} // namespace

TEST_CASE_METHOD(one_system, "a body may not wait for its own project",
                 "[G12]") {
  wait_graph waits{20};
  const auto refused = waits.enter(*a, *a);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::would_deadlock);
  CHECK(says(refused.error().message(), "another job of a"));
}

TEST_CASE_METHOD(one_system, "a body may wait for another project") {
  wait_graph waits{20};
  CHECK(waits.enter(*a, *b));
}

TEST_CASE_METHOD(one_system,
                 "a wait that closes a cycle over two projects is refused",
                 "[G12]") {
  wait_graph waits{20};
  REQUIRE(waits.enter(*a, *b));
  const auto refused = waits.enter(*b, *a);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::would_deadlock);
  CHECK(says(refused.error().message(), "a job of b waits for a job of a"));
  // When the first wait is over, the second is no cycle any more.
  waits.leave(*a);
  CHECK(waits.enter(*b, *a));
}

TEST_CASE_METHOD(one_system,
                 "a wait that closes a cycle over many projects is refused",
                 "[G12]") {
  wait_graph waits{20};
  const entry_ptr chain[] = {a, b, c, d, z};
  for (int i = 0; i < 4; ++i)
    REQUIRE(waits.enter(*chain[i], *chain[i + 1]));
  for (int i = 0; i < 4; ++i)
    CHECK_FALSE(waits.enter(*chain[4], *chain[i]));
  waits.leave(*chain[2]);                         // c no longer waits for d
  CHECK_FALSE(waits.enter(*chain[4], *chain[3])); // d still waits for e
  CHECK(waits.enter(*chain[4], *chain[0]));
}

TEST_CASE_METHOD(one_system, "many bodies may wait for one project") {
  wait_graph waits{20};
  CHECK(waits.enter(*a, *c));
  CHECK(waits.enter(*b, *c));
}

TEST_CASE_METHOD(one_system,
                 "a wait that would leave no worker unblocked is refused",
                 "[G12]") {
  SECTION("the only worker") {
    wait_graph waits{1};
    const auto refused = waits.enter(*a, *z);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == errc::would_deadlock);
    CHECK(says(refused.error().message(), "none of 1 workers"));
    CHECK(says(refused.error().message(), "raise workers"));
  }
  SECTION("the last of three") {
    wait_graph waits{3};
    CHECK(waits.enter(*a, *z));
    CHECK(waits.enter(*b, *z));
    CHECK_FALSE(waits.enter(*c, *z));
    waits.leave(*a);
    CHECK(waits.enter(*c, *z));
  }
  SECTION("a refused wait leaves no trace") {
    wait_graph waits{2};
    REQUIRE(waits.enter(*a, *b));
    CHECK_FALSE(waits.enter(*b, *a));
    CHECK_FALSE(waits.enter(*c, *z));
    waits.leave(*a);
    CHECK(waits.enter(*b, *a));
  }
}

TEST_CASE_METHOD(one_system,
                 "a wait for a job of another system blocks its worker, and is "
                 "never refused",
                 "[G12]") {
  wait_graph waits{2};
  const auto foreign = make_entry("a");
  REQUIRE(waits.enter(*a, *foreign));
  CHECK_FALSE(waits.enter(*b, *c)); // would leave no worker unblocked
  CHECK(waits.enter(*b, *foreign));
  waits.leave(*a);
  waits.leave(*b);
  CHECK(waits.enter(*b, *c));
}

TEST_CASE_METHOD(one_system, "leaving without having waited does nothing") {
  wait_graph waits{2};
  waits.leave(*a);
  CHECK(waits.enter(*a, *b));
  waits.leave(*b); // is waited for, but does not wait
  CHECK_FALSE(waits.enter(*b, *a));
}
