#include <foreman/callable_job.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

using namespace foreman;
using foreman::test::one_worker;

namespace {

int free_function() {
  return 7;
}

std::string with_context(job_context& job) {
  return job.project();
}

struct functor {
  int operator()() {
    return ++calls;
  }

  int calls = 0;
};

struct overloaded {
  const char* operator()() const {
    return "nothing";
  }

  const char* operator()(job_context&) const {
    return "context";
  }
};

template <class F>
errc code_of(F&& body) {
  const auto made = make_job(std::forward<F>(body));
  return made ? errc::ok : made.error().code();
}

// What a job of `body` gives to its ticket.
template <class F>
auto result_of(F&& body) {
  one_worker x;
  auto ticket = *x.submit("p", std::forward<F>(body));
  x.run("p");
  return *std::move(ticket).wait();
}

template <class R>
using value_of_body = body_value_t<R (*)()>;

} // namespace

TEST_CASE(
  "the value of a body is what it returns, without reference or const") {
  STATIC_REQUIRE(std::is_same_v<value_of_body<int>, int>);
  STATIC_REQUIRE(std::is_same_v<value_of_body<int&>, int>);
  STATIC_REQUIRE(
    std::is_same_v<value_of_body<const std::string&>, std::string>);
  STATIC_REQUIRE(std::is_same_v<value_of_body<void>, void>);
  STATIC_REQUIRE(std::is_same_v<value_of_body<expected<int>>, int>);
  STATIC_REQUIRE(std::is_same_v<value_of_body<expected<void>>, void>);
  STATIC_REQUIRE(
    std::is_same_v<body_value_t<decltype(with_context)>, std::string>);
}

TEST_CASE("an expected that a body returns by reference is unwrapped, too") {
  CHECK(std::is_same_v<value_of_body<const expected<int>&>, int>);
  CHECK(std::is_same_v<value_of_body<const expected<int>>, int>);
}

TEST_CASE("callables of every sort run") {
  CHECK(result_of(free_function) == 7);
  CHECK(result_of(&free_function) == 7);
  CHECK(result_of(with_context) == "p");
  CHECK(result_of(functor{}) == 1);
  CHECK(result_of(std::function<int()>{free_function}) == 7);
  CHECK(result_of(&job_context::project) == "p"); // std::invoke takes it
  CHECK(result_of([n = 1]() mutable { return ++n; }) == 2);
  CHECK(result_of([](auto&&...) { return 3; }) == 3);
  functor kept;
  CHECK(result_of(std::ref(kept)) == 1);
  CHECK(kept.calls == 1);
}

TEST_CASE("a body that can take its context gets it") {
  CHECK(std::string{result_of(overloaded{})} == "context");
}

TEST_CASE("callables and values that only move are enough") {
  auto owned = std::make_unique<int>(5);
  const auto result = result_of(
    [owned = std::move(owned)]() mutable { return std::move(owned); });
  CHECK(*result == 5);
}

TEST_CASE("a reference that a body returns is copied for its ticket") {
  std::string text = "before";
  one_worker x;
  const auto ticket
    = x.submit("p", [&text]() -> const std::string& { return text; });
  x.run("p");
  text = "after";
  CHECK(*ticket->wait() == "before");
}

TEST_CASE("an expected that a body returns is unwrapped") {
  CHECK(result_of([]() -> expected<int> { return 4; }) == 4);
  CHECK(*result_of([]() -> expected<std::unique_ptr<int>> {
    return std::make_unique<int>(6);
  }) == 6);
}

TEST_CASE("a value that cannot be copied out is an exception of its job",
          "[G8]") {
  struct throws_on_move {
    throws_on_move() = default;
    throws_on_move(const throws_on_move& x) : armed{x.armed} {
      if (armed)
        throw 1;
    }
    bool armed = true;
  };
  one_worker x;
  static const throws_on_move value;
  const job_ptr job
    = test::job_of([]() -> const throws_on_move& { return value; });
  REQUIRE(x.jobs.submit("p", job, {}));
  x.run("p");
  CHECK(job->state() == job_state::failed);
  CHECK(job->why().code() == errc::job_threw);
}

TEST_CASE("an empty callable is refused", "[G12]") {
  CHECK(code_of(std::function<void()>{}) == errc::empty_job);
  CHECK(code_of(std::function<int(job_context&)>{}) == errc::empty_job);
  CHECK(code_of(static_cast<void (*)()>(nullptr)) == errc::empty_job);
  CHECK(code_of(static_cast<int (*)(job_context&)>(nullptr))
        == errc::empty_job);
  job_id (job_context::*member)() const noexcept = nullptr;
  CHECK(code_of(member) == errc::empty_job);
  const std::function<void()> empty_lvalue;
  CHECK(code_of(empty_lvalue) == errc::empty_job);
}

TEST_CASE("a callable that is not empty is not refused") {
  CHECK(code_of([] {}) == errc::ok); // converts to a pointer to function
  CHECK(code_of(free_function) == errc::ok);
  CHECK(code_of(std::function<void()>{[] {}}) == errc::ok);
  CHECK(code_of(&job_context::id) == errc::ok);
}

namespace {

// How a job of `body` ends.
template <class F>
outcome outcome_of_body(F&& body) {
  one_worker x;
  const auto ticket = *x.submit("p", std::forward<F>(body));
  static_assert(std::is_same_v<decltype(ticket.wait()), expected<void>>);
  x.run("p");
  return *ticket.outcome();
}

} // namespace

TEST_CASE("a body that returns an error in any form fails with it", "[G4]") {
  const auto failed = [](const error& why) {
    return outcome{job_state::failed, why};
  };
  const error lost{errc::connection_lost, "mid-job"};
  CHECK(outcome_of_body([&] { return lost; }) == failed(lost));
  CHECK(outcome_of_body([&]() -> const error& { return lost; })
        == failed(lost));
  CHECK(outcome_of_body([] { return errc::draining; })
        == failed(errc::draining));
  CHECK(outcome_of_body([] { return std::error_code{errc::draining}; })
        == failed(errc::draining));
  const error no_file{errc::job_failed, "generic:2: No such file or directory"};
  CHECK(outcome_of_body([] {
          return std::make_error_code(std::errc::no_such_file_or_directory);
        })
        == failed(no_file));
  CHECK(outcome_of_body([] { return std::errc::no_such_file_or_directory; })
        == failed(no_file));
  CHECK(outcome_of_body([] {
          return std::make_error_condition(
            std::errc::no_such_file_or_directory);
        })
        == failed(no_file));
  CHECK(outcome_of_body([] { return std::future_errc::no_state; }).why.code()
        == errc::job_failed);
}

TEST_CASE("a body that returns no error in any form has succeeded", "[G4]") {
  CHECK(outcome_of_body([] { return error{}; }) == outcome{});
  CHECK(outcome_of_body([] { return errc::ok; }) == outcome{});
  CHECK(outcome_of_body([] { return std::error_code{}; }) == outcome{});
  CHECK(outcome_of_body([] { return std::error_condition{}; }) == outcome{});
  CHECK(outcome_of_body([] { return std::errc{}; }) == outcome{});
}
