#include <foreman/expected.hpp>

#include <support/catch.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace foreman;

namespace {

expected<int> half_of(int x) {
  if (x % 2 != 0)
    return error{errc::invalid_option, "odd"};
  return x / 2;
}

expected<std::string> fails() {
  return errc::draining;
}

} // namespace

TEST_CASE("an expected holds a value or an error") {
  const auto good = half_of(8);
  CHECK(good);
  CHECK(good.has_value());
  CHECK(*good == 4);
  CHECK(good.value() == 4);
  const auto bad = half_of(7);
  CHECK_FALSE(bad);
  CHECK_FALSE(bad.has_value());
  CHECK(bad.error() == error{errc::invalid_option, "odd"});
}

TEST_CASE("a bare code becomes an error with its sentence") {
  CHECK(fails().error() == error{errc::draining});
  const expected<void> nothing = errc::draining;
  CHECK(nothing.error() == error{errc::draining});
}

TEST_CASE("the value of an expected can be changed in place and moved out") {
  expected<std::string> x{"ab"};
  *x += "c";
  x->push_back('d');
  x.value() += "e";
  CHECK(*x == "abcde");
  CHECK(*std::move(x) == "abcde");
  expected<std::unique_ptr<int>> only_moves{std::make_unique<int>(3)};
  const auto taken = std::move(only_moves).value();
  CHECK(*taken == 3);
}

TEST_CASE("value() of an error throws that error", "[G12]") {
  const auto code_of = [](auto&& call) {
    try {
      call();
    } catch (const exception& e) {
      return e.why();
    }
    return error{};
  };
  CHECK(code_of([] { (void) half_of(1).value(); })
        == error{errc::invalid_option, "odd"});
  const auto bad = half_of(1);
  CHECK(code_of([&] { (void) bad.value(); }) == bad.error());
  auto changeable = half_of(1);
  CHECK(code_of([&] { (void) changeable.value(); }) == bad.error());
  const expected<void> nothing{error{errc::draining, "text"}};
  CHECK(code_of([&] { nothing.value(); }) == error{errc::draining, "text"});
  CHECK(code_of([] { expected<void>{}.value(); }) == error{});
}

TEST_CASE("an expected<void> is success unless it holds an error") {
  CHECK(expected<void>{});
  CHECK_FALSE(expected<void>{errc::draining});
}

TEST_CASE("an expected of something that converts to bool holds its value") {
  const expected<bool> no = false;
  REQUIRE(no);
  CHECK_FALSE(*no);
  const expected<std::unique_ptr<int>> null = nullptr;
  REQUIRE(null);
  CHECK(*null == nullptr);
}

TEST_CASE("an expected<bool> is not made of another expected's success") {
  // As in std::expected (LWG 3836): `return g();` of an expected<int> must not
  // turn its error into the value `false`.
  CHECK_FALSE(std::is_constructible_v<expected<bool>, expected<int>>);
}

TEST_CASE("is_expected_v tells expected from other types") {
  STATIC_REQUIRE(is_expected_v<expected<int>>);
  STATIC_REQUIRE(is_expected_v<expected<void>>);
  STATIC_REQUIRE_FALSE(is_expected_v<int>);
  STATIC_REQUIRE_FALSE(is_expected_v<error>);
}

TEST_CASE("to take the value of an error throws that error, in any way",
          "[G12]") {
  const error why{errc::draining, "text"};
  const auto thrown_by = [](auto&& call) {
    try {
      call();
    } catch (const exception& e) {
      return e.why();
    }
    return error{};
  };
  expected<std::string> bad{why};
  const expected<std::string> fixed{why};
  CHECK(thrown_by([&] { (void) *bad; }) == why);
  CHECK(thrown_by([&] { (void) *fixed; }) == why);
  CHECK(thrown_by([&] { (void) *std::move(bad); }) == why);
  CHECK(thrown_by([&] { (void) bad->size(); }) == why);
  CHECK(thrown_by([&] { (void) fixed->size(); }) == why);
}

TEST_CASE("a value has no error, and says so when asked") {
  const expected<int> good{1};
  CHECK_FALSE(good.error());
  CHECK_FALSE(expected<int>{1}.error());
  CHECK_FALSE(expected<void>{}.error());
}

TEST_CASE("the error of a temporary can be kept by reference") {
  const auto& why = fails().error(); // lives on
  CHECK(why == error{errc::draining});
}

TEST_CASE("what converts explicitly only does so here, too") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<int, expected<std::vector<int>>>);
  STATIC_REQUIRE(std::is_constructible_v<expected<std::vector<int>>, int>);
  STATIC_REQUIRE(std::is_convertible_v<const char*, expected<std::string>>);
  STATIC_REQUIRE_FALSE(
    std::is_convertible_v<int*, expected<std::unique_ptr<int>>>);
}
