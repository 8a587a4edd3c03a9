#include <foreman/connection_set.hpp>

#include <support/catch.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <memory>
#include <string>

using namespace foreman;
using foreman::test::says;
using foreman::test::scripted_factory;
using foreman::test::scripted_server;

namespace {

struct fixture {
  // Those of all connections that it makes.
  connection_set make(const connection_factories& factories) {
    ends = endpoints{factories, options, time, [] { return 0.5; },
                     [](log_level, std::string_view) {}};
    return {factories, ends};
  }

  check_options options{.first_backoff = {}, .break_after = 1'000};
  test::manual_clock time;
  endpoints ends;
  std::shared_ptr<scripted_server> a = std::make_shared<scripted_server>();
  std::shared_ptr<scripted_server> b = std::make_shared<scripted_server>();
};

} // namespace

TEST_CASE("a set without connections passes every check") {
  connection_set none;
  CHECK(none.empty());
  CHECK(none.check(all_connections, false));
  CHECK(none.find("db", all_connections) == nullptr);
  none.used(all_connections, true);
}

TEST_CASE("a set makes one connection of each factory and opens none") {
  fixture x;
  auto set
    = x.make({{"b", scripted_factory(x.b)}, {"a", scripted_factory(x.a)}});
  CHECK_FALSE(set.empty());
  CHECK(x.ends.names() == "a, b");
  REQUIRE(set.find("a", all_connections) != nullptr);
  CHECK(set.find("a", all_connections)->name() == "a");
  CHECK(set.find("c", all_connections) == nullptr);
  CHECK(x.a->calls.empty());
  CHECK(x.b->calls.empty());
}

TEST_CASE("all connections of a set are checked", "[G7]") {
  fixture x;
  auto set
    = x.make({{"a", scripted_factory(x.a)}, {"b", scripted_factory(x.b)}});
  CHECK(set.check(all_connections, false));
  CHECK(x.a->open);
  CHECK(x.b->open);
}

TEST_CASE("one connection that cannot be had fails the check of the set",
          "[G7]") {
  fixture x;
  auto set
    = x.make({{"a", scripted_factory(x.a)}, {"b", scripted_factory(x.b)}});
  for (auto* broken : {x.a.get(), x.b.get()}) {
    broken->accepts = false;
    const auto bad = set.check(all_connections, false);
    REQUIRE_FALSE(bad);
    CHECK(bad.why.code() == errc::connection_unavailable);
    CHECK(says(bad.why.message(),
               broken == x.a.get() ? "connection a" : "connection b"));
    broken->accepts = true;
    CHECK(set.check(all_connections, false));
    x.a->in_transaction = x.b->in_transaction = true;
    set.used(all_connections, true); // closes both, for the next round
    CHECK_FALSE(x.a->open);
    CHECK_FALSE(x.b->open);
  }
}

TEST_CASE("a factory that makes none is named", "[G12]") {
  fixture x;
  try {
    (void) x.make({{"db", [] { return std::unique_ptr<connection>{}; }}});
    FAIL("no exception");
  } catch (const exception& e) {
    CHECK(e.why().code() == errc::invalid_option);
    CHECK(says(e.what(), "factory of connection db made none"));
  }
}

TEST_CASE("what a factory throws is passed on and the others are closed") {
  fixture x;
  const auto throwing = []() -> std::unique_ptr<connection> { throw 42; };
  int thrown = 0;
  try {
    (void) x.make({{"a", scripted_factory(x.a)}, {"b", throwing}});
  } catch (int what) {
    thrown = what;
  }
  CHECK(thrown == 42);
  CHECK(x.a->count("close") == 1);
}
