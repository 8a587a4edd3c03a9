// What becomes of jobs when there is no memory for what is done to them: each
// operation is tried with its first allocation failing, then its second, until
// none fails. Whatever it says, the books must balance and no job be lost (G4).

#include <foreman/checked_connection.hpp>
#include <foreman/parking_lot.hpp>

#include <support/catch.hpp>
#include <support/connected_worker.hpp>
#include <support/failing_new.hpp>
#include <support/jobs.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_connection.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>

using namespace foreman;
using foreman::test::failing_new;
using foreman::test::idle_job;
using foreman::test::one_worker;

namespace {

// A text that no small-string optimisation holds.
const std::string long_text(100, 'x');

// Calls `f` with the allocation after `granted` others failing. Returns
// whether one failed; `f` may throw nothing but `bad_alloc`.
template <class F>
bool fails_at(std::size_t granted, const F& f) {
  (void) spot_of(&f); // makes the parking lot, once
  const failing_new shortage{granted};
  try {
    f();
  } catch (const std::bad_alloc&) {}
  return shortage.happened();
}

constexpr std::size_t most_allocations = 100;

} // namespace

TEST_CASE("a submit that runs out of memory keeps no place and no job",
          "[G4][G9]") {
  std::size_t faults = 0;
  for (std::size_t granted = 0; granted < most_allocations; ++granted) {
    INFO("after " << granted << " allocations");
    one_worker x{{.per_project = 10, .total = 1}};
    const auto job = idle_job();
    bool admitted = false;
    const bool fault = fails_at(granted, [&] {
      admitted = x.jobs.submit(long_text, job, {}).has_value();
    });
    if (!fault)
      break;
    ++faults;
    // The place is free again unless the job was admitted, and a drain that
    // follows has nothing to wait for.
    CHECK(x.books().open() == (admitted ? 1 : 0));
    CHECK(x.jobs.is_busy(long_text) == admitted);
    CHECK(static_cast<bool>(x.jobs.find(long_text)) == admitted);
    if (!admitted)
      CHECK(x.jobs.submit("q", idle_job(), {}));
  }
  CHECK(faults > 0);
}

TEST_CASE("a cancel that runs out of memory leaves the job queued or cancelled",
          "[G4]") {
  std::size_t faults = 0;
  for (std::size_t granted = 0; granted < most_allocations; ++granted) {
    INFO("after " << granted << " allocations");
    one_worker x;
    const auto job = idle_job();
    REQUIRE(x.jobs.submit(long_text, job, {}));
    if (!fails_at(granted, [&] { (void) cancel(*job); }))
      break;
    ++faults;
    const bool queued = job->state() == job_state::queued;
    CHECK(x.jobs.status(long_text)->queued == (queued ? 1 : 0));
    CHECK(x.books().open() == (queued ? 1 : 0));
  }
  CHECK(faults > 0);
}

TEST_CASE("an outcome that runs out of memory is an outcome", "[G4][G8]") {
  std::size_t faults = 0;
  for (std::size_t granted = 0; granted < most_allocations; ++granted) {
    INFO("after " << granted << " allocations");
    one_worker x;
    const auto ticket = *x.submit("p", [] {
      throw exception{{errc::connection_lost, long_text}};
    });
    REQUIRE(x.begin("p"));
    if (!fails_at(granted, [&] { x.worker.end_job(); }))
      break;
    ++faults;
    CHECK(ticket.finished());
    CHECK(x.books().open() == 0);
    CHECK_FALSE(x.jobs.is_busy("p"));
  }
  CHECK(faults > 0);
}

TEST_CASE("a check that runs out of memory is a check", "[G4][G7]") {
  std::size_t faults = 0;
  for (std::size_t granted = 0; granted < most_allocations; ++granted) {
    INFO("after " << granted << " allocations");
    const auto server = std::make_shared<test::scripted_server>();
    server->calls.reserve(100); // the server's own memory is not the matter
    const test::manual_clock time;
    checked_connection it{std::make_unique<test::scripted_connection>(server),
                          std::make_shared<endpoint>(
                            long_text, 0, check_options{}, time,
                            [] { return 0.0; },
                            [](log_level, std::string_view) {})};
    const auto until = time.now() + std::chrono::seconds{1};
    REQUIRE(it.check(until));
    server->in_transaction = true;
    server->accepts = false;
    errc told = errc::ok;
    const bool fault = fails_at(granted, [&] {
      it.used(true); // closes it, with a warning
      told = it.check(until).why.code();
    });
    CHECK(told == errc::connection_unavailable);
    CHECK_FALSE(server->in_transaction);
    if (!fault)
      break;
    ++faults;
  }
  CHECK(faults > 0);
}

TEST_CASE("a deferral that runs out of memory is one, or fails its job",
          "[G4][G7]") {
  std::size_t faults = 0;
  for (std::size_t granted = 0; granted < most_allocations; ++granted) {
    INFO("after " << granted << " allocations");
    test::connected_worker x{{.break_after = 1}};
    x.server->calls.reserve(100); // the server's own memory is not the matter
    x.server->accepts = false;
    // It overtakes another one.
    const auto first = *x.x.submit("p", [] {}, {.priority = 1});
    REQUIRE(x.x.begin_turn("p"));
    REQUIRE_FALSE(x.x.worker.begin_job());
    x.x.worker.end_turn();
    const auto second = *x.x.submit("p", [] {});
    REQUIRE(x.x.begin_turn("p"));
    const bool fault
      = fails_at(granted, [&] { (void) x.x.worker.begin_job(); });
    x.x.worker.end_turn();
    CHECK(first.state() == job_state::queued);
    const bool deferred = second.state() == job_state::queued;
    const auto status = *x.x.jobs.status("p");
    CHECK(x.where().status().deferred_projects
          == (status.deferred_for.empty() ? 0 : 1));
    if (deferred)
      CHECK(status.deferred_job == second.id());
    CHECK(x.x.books().open() == (deferred ? 2 : 1));
    if (!fault)
      break;
    ++faults;
  }
  CHECK(faults > 0);
}

TEST_CASE("a drain takes no memory to cancel what waits", "[G4][G10]") {
  static const error why{errc::cancelled, long_text};
  one_worker x;
  const auto first = *x.submit("p", [] {});
  const auto second = *x.submit("p", [] {});
  const auto home = x.jobs.find("p");
  CHECK_FALSE(fails_at(0, [&] { home->interrupt(why); }));
  CHECK(first.finished());
  CHECK(second.wait().error() == why);
  CHECK(x.books().open() == 0);
}
