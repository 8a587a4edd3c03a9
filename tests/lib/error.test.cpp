#include <foreman/error.hpp>

#include <support/catch.hpp>

#include <stdexcept>

using namespace foreman;

TEST_CASE("a default error is no error") {
  const error none;
  CHECK_FALSE(none);
  CHECK(none.code() == errc::ok);
  CHECK(none == error{errc::ok});
}

TEST_CASE("an error made of a code alone says its sentence") {
  const error why = errc::draining;
  CHECK(why);
  CHECK(why.message() == describe(errc::draining));
  CHECK(to_string(why)
        == "draining: the system is draining and admits no more jobs");
}

TEST_CASE("an error keeps its own message") {
  const error why{errc::project_busy, "shop-7 is busy"};
  CHECK(why.code() == errc::project_busy);
  CHECK(why.message() == "shop-7 is busy");
  CHECK(to_string(why) == "project_busy: shop-7 is busy");
}

TEST_CASE("errors are equal if code and message are") {
  const error why{errc::project_busy, "a"};
  CHECK(why == error{errc::project_busy, "a"});
  CHECK(why != error{errc::project_busy, "b"});
  CHECK(why != error{errc::draining, "a"});
}

TEST_CASE("an exception carries its error and says its message") {
  try {
    throw exception{{errc::unknown_kind, "no handler for kind x"}};
  } catch (const std::exception& e) {
    CHECK(std::string{e.what()} == "no handler for kind x");
    const auto* mine = dynamic_cast<const exception*>(&e);
    REQUIRE(mine != nullptr);
    CHECK(mine->why().code() == errc::unknown_kind);
  }
}
