#include <foreman/kinds.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

#include <string>

using namespace foreman;
using foreman::test::one_worker;
using foreman::test::says;

namespace {

handler does_nothing() {
  return [](job_context&, const std::string&) { return expected<void>{}; };
}

} // namespace

TEST_CASE("a named job runs the handler of its kind with its payload") {
  one_worker x;
  kinds known;
  std::string got;
  REQUIRE(
    known.add("import", [&](job_context& job, const std::string& payload) {
      got = job.project() + ": " + payload;
      return expected<void>{};
    }));
  auto body = known.body_of({"import", "rows"});
  REQUIRE(body);
  const auto ticket = x.submit("p", *std::move(body));
  REQUIRE(ticket);
  x.run("p");
  CHECK(got == "p: rows");
  CHECK(ticket->wait());
}

TEST_CASE("a handler's error is the outcome of its job", "[G4]") {
  one_worker x;
  kinds known;
  REQUIRE(known.add("import", [](job_context&, const std::string&) {
    return expected<void>{error{errc::invalid_option, "bad payload"}};
  }));
  const auto ticket = x.submit("p", *known.body_of({"import", ""}));
  x.run("p");
  CHECK(ticket->wait().error() == error{errc::invalid_option, "bad payload"});
}

TEST_CASE("a body outlives the kinds it was made of") {
  one_worker x;
  int ran = 0;
  auto body = [&] {
    kinds known;
    REQUIRE(known.add("count", [&](job_context&, const std::string&) {
      ++ran;
      return expected<void>{};
    }));
    return *known.body_of({"count", ""});
  }();
  REQUIRE(x.submit("p", std::move(body)));
  x.run("p");
  CHECK(ran == 1);
}

TEST_CASE("an unknown kind is refused with all that are known", "[G12]") {
  kinds known;
  const auto none = known.body_of({"sql", ""});
  REQUIRE_FALSE(none);
  CHECK(
    none.error()
    == error{errc::unknown_kind, "no handler for kind sql; known are: none"});
  REQUIRE(known.add("zip", does_nothing()));
  REQUIRE(known.add("import", does_nothing()));
  CHECK(known.names() == "import, zip");
  for (const char* kind : {"", "Import", "imports", "impor"}) {
    const auto bad = known.body_of({kind, ""});
    REQUIRE_FALSE(bad);
    CHECK(bad.error().code() == errc::unknown_kind);
    CHECK(says(bad.error().message(), "known are: import, zip"));
  }
}

TEST_CASE("a kind needs a name, a handler, and to be new", "[G12]") {
  kinds known;
  CHECK(known.add("", does_nothing()).error().code() == errc::invalid_option);
  const auto empty = known.add("sql", {});
  REQUIRE_FALSE(empty);
  CHECK(empty.error()
        == error{errc::empty_job, "the handler of kind sql is empty"});
  REQUIRE(known.add("sql", does_nothing()));
  const auto taken = known.add("sql", does_nothing());
  REQUIRE_FALSE(taken);
  CHECK(taken.error()
        == error{errc::invalid_option, "kind sql has a handler already"});
  CHECK(known.names() == "sql");
}
