// Waiting in a body: what is refused, and what is not.

#include <foreman/wait.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

#include <optional>
#include <string>
#include <thread>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::one_worker;
using foreman::test::says;

namespace {

template <class T>
error error_of(const expected<T>& x) {
  return x ? error{} : x.error();
}

} // namespace

TEST_CASE("a wait in a body needs a deadline", "[G12]") {
  one_worker x;
  const auto other = *x.submit("other", [] {});
  const auto ticket = *x.submit(
    "p", [&](job_context&) { return error_of(other.wait()).message(); });
  x.run("p");
  CHECK(
    says(*ticket.wait(), "job 2 of p waits in its body without a deadline"));
  CHECK(says(*ticket.wait(), "use wait_for"));
}

TEST_CASE("a finished job can be waited for anywhere, without a deadline") {
  one_worker x;
  const auto own = *x.submit("p", [] {});
  const auto other = *x.submit("other", [] {});
  x.run("other");
  const auto ticket = *x.submit("p", [&] {
    return own.wait().has_value() && other.wait().has_value()
      && own.wait_for(0ns).has_value();
  });
  x.run("p");
  CHECK(*ticket.wait());
}

TEST_CASE("a body may not wait for a job of its own project", "[G12]") {
  one_worker x;
  std::optional<ticket<void>> later;
  const auto first = *x.submit(
    "p", [&] { return to_string(error_of(later->wait_for(1h)).code()); });
  later = *x.submit("p", [] {});
  x.run("p");
  CHECK(*first.wait() == "would_deadlock");
  // Nor for itself.
  std::optional<ticket<std::string_view>> own;
  own = *x.submit("p", [&] {
    const auto verdict = own->wait_for(1h);
    return to_string(verdict ? errc::ok : verdict.error().code());
  });
  x.run("p");
  CHECK(*own->wait() == "would_deadlock");
}

TEST_CASE("a body may wait for another project, in time", "[G12]") {
  one_worker x;
  const auto other = *x.submit("other", [] {});
  const auto waits = *x.submit("p", [&] {
    const auto first = to_string(error_of(other.wait_for(0ns)).code());
    // The first wait is over: the graph has forgotten it.
    return std::string{first} + " "
      + std::string{to_string(error_of(other.wait_for(0ns)).code())};
  });
  x.run("p");
  CHECK(*waits.wait() == "not_finished not_finished");
}

TEST_CASE("the only worker may not wait for what it alone could run", "[G12]") {
  one_worker x{{}, 1};
  const auto other = *x.submit("other", [] {});
  const auto waits
    = *x.submit("p", [&] { return error_of(other.wait_for(1h)).message(); });
  x.run("p");
  CHECK(says(*waits.wait(), "none of 1 workers unblocked"));
}

TEST_CASE("a body may wait for a job of another system, which has workers",
          "[G12]") {
  one_worker one{{}, 1};
  one_worker two{{}, 1};
  const auto other = *two.submit("p", [] {});
  const auto waits = *one.submit(
    "p", [&] { return to_string(error_of(other.wait_for(0ns)).code()); });
  one.run("p");
  CHECK(*waits.wait() == "not_finished");
}

TEST_CASE("of two bodies that wait for each other the second is refused",
          "[G12]") {
  one_worker x;
  runner second{{}, x.time};
  job_ptr b;
  const auto a
    = *x.submit("a", [&] { return wait_for_job(*b, 24h).has_value(); });
  std::string refused;
  b = test::job_of([&] {
    while (!b->watched()) // until a waits
      std::this_thread::yield();
    refused = to_string(error_of(a.wait_for(24h)));
  });
  REQUIRE(x.jobs.submit("b", b, {}));
  REQUIRE(x.begin("a"));
  auto granted = x.jobs.find("b")->open_turn(1, 1s);
  REQUIRE(second.begin_turn(*std::move(granted)));
  second.check();
  REQUIRE(second.begin_job());
  std::thread first_body{[&] { x.worker.end_job(); }};
  second.end_job();
  second.end_turn();
  first_body.join();
  x.worker.end_turn();
  CHECK(says(refused, "would_deadlock: a job of b waits for a job of a"));
  CHECK(*a.wait()); // and so a's wait came to its end
}

TEST_CASE("the project of an admitted job is known from the job alone") {
  one_worker x;
  const job_ptr job = test::idle_job();
  REQUIRE(x.jobs.submit("shop", job, {}));
  CHECK(project_of(*job) == "shop");
  CHECK(cancel(*job));
  CHECK(cancel(*job).error().code() == errc::job_finished);
}
