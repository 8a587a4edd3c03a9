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
  connection_set make(const connection_factories& factories) const {
    return {factories, options, time, [] { return 0.5; },
            [](log_level, std::string_view) {}};
  }

  check_options options;
  test::manual_clock time;
  std::shared_ptr<scripted_server> a = std::make_shared<scripted_server>();
  std::shared_ptr<scripted_server> b = std::make_shared<scripted_server>();
};

} // namespace

TEST_CASE("a set without connections passes every check") {
  connection_set none;
  CHECK(none.empty());
  CHECK(none.check());
  CHECK(none.find("db") == nullptr);
  CHECK(none.names() == "none");
  none.used(true);
}

TEST_CASE("a set makes one connection of each factory and opens none") {
  const fixture x;
  auto set
    = x.make({{"b", scripted_factory(x.b)}, {"a", scripted_factory(x.a)}});
  CHECK_FALSE(set.empty());
  CHECK(set.names() == "a, b");
  REQUIRE(set.find("a") != nullptr);
  CHECK(set.find("a")->name() == "a");
  CHECK(set.find("c") == nullptr);
  CHECK(x.a->calls.empty());
  CHECK(x.b->calls.empty());
}

TEST_CASE("all connections of a set are checked", "[G7]") {
  const fixture x;
  auto set
    = x.make({{"a", scripted_factory(x.a)}, {"b", scripted_factory(x.b)}});
  CHECK(set.check());
  CHECK(x.a->open);
  CHECK(x.b->open);
}

TEST_CASE("one connection that cannot be had fails the check of the set",
          "[G7]") {
  const fixture x;
  auto set
    = x.make({{"a", scripted_factory(x.a)}, {"b", scripted_factory(x.b)}});
  for (auto* broken : {x.a.get(), x.b.get()}) {
    broken->accepts = false;
    const auto bad = set.check();
    REQUIRE_FALSE(bad);
    CHECK(bad.error().code() == errc::connection_unavailable);
    CHECK(says(bad.error().message(),
               broken == x.a.get() ? "connection a" : "connection b"));
    broken->accepts = true;
    CHECK(set.check());
    x.a->in_transaction = x.b->in_transaction = true;
    set.used(true); // closes both, for the next round
    CHECK_FALSE(x.a->open);
    CHECK_FALSE(x.b->open);
  }
}

TEST_CASE("a factory that makes none is named", "[G12]") {
  const fixture x;
  try {
    (void) x.make({{"db", [] { return std::unique_ptr<connection>{}; }}});
    FAIL("no exception");
  } catch (const exception& e) {
    CHECK(e.why().code() == errc::invalid_option);
    CHECK(says(e.what(), "factory of connection db made none"));
  }
}

TEST_CASE("what a factory throws is passed on and the others are closed") {
  const fixture x;
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
