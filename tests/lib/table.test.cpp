#include <foreman/table.hpp>

#include <malloc.h>
#include <support/catch.hpp>
#include <support/failing_new.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace foreman;
using foreman::test::failing_new;
using foreman::test::idle_job;
using foreman::test::job_of;
using foreman::test::one_worker;
using foreman::test::says;

namespace {

std::size_t count_entries(const table& jobs) {
  std::size_t count = 0;
  jobs.for_each([&](entry&) { ++count; });
  return count;
}

std::vector<project_status> list_all(const table& jobs) {
  std::vector<project_status> rows;
  for (std::optional<std::size_t> cursor = 0; cursor;) {
    const auto page = jobs.list(*cursor);
    rows.insert(rows.end(), page.rows.begin(), page.rows.end());
    cursor = page.next;
  }
  return rows;
}

} // namespace

TEST_CASE("each project has an entry of its own, by its real key", "[G1]") {
  one_worker x;
  std::set<const entry*> entries;
  for (int i = 0; i < 2000; ++i) {
    const auto key = "p" + std::to_string(i);
    const auto admitted = x.jobs.submit(key, idle_job(), {});
    REQUIRE(admitted);
    CHECK(admitted->home->project() == key);
    CHECK(admitted->wake);
    entries.insert(admitted->home.get());
  }
  CHECK(entries.size() == 2000);
  CHECK(count_entries(x.jobs) == 2000);
  CHECK(x.jobs.submit("p7", idle_job(), {})->home == x.jobs.find("p7"));
  CHECK(count_entries(x.jobs) == 2000);
}

TEST_CASE("keys are compared byte by byte") {
  one_worker x;
  using namespace std::string_literals;
  for (const auto& key : {"a"s, "A"s, "a "s, "a\0"s, "\xC3\xA4"s, "a\xCC\x88"s})
    REQUIRE(x.jobs.submit(key, idle_job(), {.admit = admission::if_idle}));
  CHECK(count_entries(x.jobs) == 6);
}

TEST_CASE("bad input is rejected before anything changes", "[G12]") {
  one_worker x;
  const auto code_of = [&](std::string_view key, const job_options& options) {
    const auto verdict = x.jobs.submit(key, idle_job(), options);
    return verdict ? errc::ok : verdict.error().code();
  };
  CHECK(code_of("", {}) == errc::invalid_project);
  CHECK(code_of(std::string(257, 'x'), {}) == errc::invalid_project);
  CHECK(code_of("\xFF", {}) == errc::invalid_project);
  CHECK(code_of("p", {.priority = 101}) == errc::invalid_option);
  CHECK(code_of("p", {.admit = admission{9}}) == errc::invalid_option);
  CHECK(count_entries(x.jobs) == 0);
  CHECK(x.books().admitted == 0);
  CHECK(x.books().open() == 0);
}

TEST_CASE("a busy project says what to do about it", "[G5][G12]") {
  one_worker x;
  REQUIRE(x.jobs.submit("project-42", idle_job(), {}));
  const auto refused
    = x.jobs.submit("project-42", idle_job(), {.admit = admission::if_idle});
  REQUIRE_FALSE(refused);
  CHECK(refused.error()
        == error{errc::project_busy,
                 "project-42 is busy: a batch job is being "
                 "processed; try again later"});
  CHECK(x.books() == ledger{.admitted = 1, .rejected = 1});
}

TEST_CASE("a full project and a full system are told apart", "[G9][G12]") {
  one_worker x{{.per_project = 2, .total = 3}};
  REQUIRE(x.jobs.submit("a", idle_job(), {}));
  REQUIRE(x.jobs.submit("a", idle_job(), {}));
  const auto full = x.jobs.submit("a", idle_job(), {});
  REQUIRE_FALSE(full);
  CHECK(full.error().code() == errc::project_full);
  CHECK(says(full.error().message(), "a has 2 open jobs"));
  CHECK(says(full.error().message(), "max.per_project"));
  REQUIRE(x.jobs.submit("b", idle_job(), {})); // the place was given back
  const auto all_full = x.jobs.submit("c", idle_job(), {});
  REQUIRE_FALSE(all_full);
  CHECK(all_full.error().code() == errc::system_full);
  CHECK(says(all_full.error().message(), "3 open jobs"));
  CHECK(says(all_full.error().message(), "max.total"));
  CHECK_FALSE(x.jobs.find("c")); // and no entry is made for it
  CHECK(x.books() == ledger{.admitted = 3, .rejected = 2});
}

TEST_CASE("a submit while draining is rejected", "[G10][G12]") {
  one_worker x;
  x.jobs.shared().books.stop_admitting();
  const auto refused = x.jobs.submit("a", idle_job(), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::draining);
  CHECK(count_entries(x.jobs) == 0);
}

TEST_CASE("a crowd of projects that has gone leaves no memory behind", "[G9]") {
  constexpr int crowd = 50'000;
  one_worker x;
  const auto before = mallinfo2().uordblks;
  std::vector<job_ptr> jobs;
  for (int i = 0; i < crowd; ++i) {
    jobs.push_back(idle_job());
    REQUIRE(x.jobs.submit("p" + std::to_string(i), jobs.back(), {}));
  }
  for (const auto& job : jobs) {
    const auto home = job->home();
    REQUIRE(home->cancel(*job));
    REQUIRE(x.retire(*home));
  }
  std::vector<job_ptr>{}.swap(jobs); // `jobs = {}` would keep its memory
  CHECK(count_entries(x.jobs) == 0);
  CHECK(x.jobs.submit("p1", idle_job(), {})); // and the table is in order
  // Under a sanitizer both are 0. Buckets of 8 bytes would show.
  CHECK(mallinfo2().uordblks < before + crowd * 4);
}

TEST_CASE("a crowd that goes when there is no memory goes all the same",
          "[G9]") {
  constexpr int crowd = 30'000;
  one_worker x;
  std::vector<job_ptr> jobs;
  for (int i = 0; i < crowd; ++i) {
    jobs.push_back(idle_job());
    REQUIRE(x.jobs.submit("p" + std::to_string(i), jobs.back(), {}));
  }
  int failures = 0;
  int retired = 0;
  for (const auto& job : jobs) {
    const auto home = job->home();
    REQUIRE(home->cancel(*job));
    const failing_new no_memory{0};
    retired += x.retire(*home) ? 1 : 0;
    failures += no_memory.happened() ? 1 : 0;
  }
  CHECK(failures > 0); // smaller tables could not be had
  CHECK(retired == crowd);
  CHECK(count_entries(x.jobs) == 0);
  CHECK(x.jobs.submit("p1", idle_job(), {}));
}

TEST_CASE("who keeps the entry saves the lookup, and a dead one does no harm",
          "[G4]") {
  one_worker x;
  entry_ptr kept;
  REQUIRE(*x.jobs.submit("a", idle_job(), {}, kept)); // to be woken
  CHECK(kept == x.jobs.find("a"));
  const auto first = kept;
  CHECK_FALSE(*x.jobs.submit("a", idle_job(), {}, kept));
  CHECK(kept == first);
  x.run("a");
  REQUIRE(x.retire(*first));
  // Nobody looks after the new one yet.
  CHECK(*x.jobs.submit("a", idle_job(), {}, kept));
  CHECK(kept != first);
  CHECK(kept == x.jobs.find("a"));
  CHECK(first->status().queued == 0);
}

// -- questions ----------------------------------------------------------------

TEST_CASE("an unknown project is idle and a bad key is an error", "[G6][G12]") {
  one_worker x;
  CHECK_FALSE(x.jobs.is_running("nobody"));
  CHECK_FALSE(x.jobs.is_busy("nobody"));
  CHECK(*x.jobs.status("nobody") == project_status{.project = "nobody"});
  CHECK(count_entries(x.jobs) == 0); // questions make no entries
  CHECK(x.jobs.status("").error().code() == errc::invalid_project);
  CHECK_FALSE(x.jobs.is_busy(""));
}

TEST_CASE("the table answers for each project alone", "[G6]") {
  one_worker x;
  REQUIRE(x.submit("a", [] {}));
  REQUIRE(x.submit("b", [] {}));
  REQUIRE(x.begin("a"));
  CHECK(x.jobs.is_running("a"));
  CHECK(x.jobs.is_busy("a"));
  CHECK_FALSE(x.jobs.is_running("b"));
  CHECK(x.jobs.is_busy("b"));
  CHECK(x.jobs.status("a")->running_job == job_id{1});
  CHECK(x.jobs.status("b")->queued == 1);
  x.end();
  CHECK_FALSE(x.jobs.is_busy("a"));
}

TEST_CASE("the list has every busy project once and no idle one", "[G6]") {
  one_worker x;
  std::set<std::string> busy;
  for (int i = 0; i < 1000; ++i) {
    const auto key = "p" + std::to_string(i);
    REQUIRE(x.submit(key, [] {}));
    if (i % 2 == 0)
      x.run(key);
    else
      busy.insert(key);
  }
  const auto rows = list_all(x.jobs);
  CHECK(rows.size() == busy.size());
  std::set<std::string> listed;
  for (const auto& row : rows) {
    listed.insert(row.project);
    CHECK(row == *x.jobs.status(row.project));
  }
  CHECK(listed == busy);
}

TEST_CASE("the list ends after its last page and beyond it") {
  const one_worker x;
  CHECK(*x.jobs.list(0).next == 1);
  CHECK_FALSE(x.jobs.list(table::shard_count - 1).next);
  for (const auto cursor : {table::shard_count, static_cast<std::size_t>(-1)}) {
    CHECK(x.jobs.list(cursor).rows.empty());
    CHECK_FALSE(x.jobs.list(cursor).next);
  }
}

TEST_CASE("cancelling by id names what is unknown", "[G12]") {
  one_worker x;
  const auto ticket = x.submit("a", [] {});
  CHECK(x.jobs.cancel("", job_id{1}).error().code() == errc::invalid_project);
  const auto elsewhere = x.jobs.cancel("b", ticket->id());
  REQUIRE_FALSE(elsewhere);
  CHECK(elsewhere.error().code() == errc::unknown_job);
  CHECK(says(elsewhere.error().message(), "b has no open job 1"));
  CHECK(ticket->state() == job_state::queued);
  CHECK(x.jobs.cancel("a", ticket->id()));
  CHECK(ticket->state() == job_state::cancelled);
  CHECK(x.jobs.cancel("a", ticket->id()).error().code() == errc::unknown_job);
}

// -- life of an entry ---------------------------------------------------------

TEST_CASE("idle projects retire and leave nothing behind", "[G9]") {
  one_worker x;
  std::vector<entry*> seen;
  for (int i = 0; i < 5000; ++i) {
    const auto key = "p" + std::to_string(i);
    REQUIRE(x.submit(key, [] {}));
    CHECK(x.run(key) == 1);
    const auto home = x.jobs.find(key);
    REQUIRE(home);
    CHECK(x.retire(*home));
    CHECK_FALSE(x.jobs.find(key));
    CHECK(x.retire(*home)); // had ended before
  }
  CHECK(count_entries(x.jobs) == 0);
  CHECK(x.books().succeeded == 5000);
}

TEST_CASE("a busy entry does not retire", "[G4]") {
  one_worker x;
  REQUIRE(x.submit("a", [] {}));
  const auto home = x.jobs.find("a");
  CHECK_FALSE(x.retire(*home));
  REQUIRE(x.begin("a"));
  CHECK_FALSE(x.retire(*home));
  CHECK(x.jobs.find("a") == home);
  x.end();
  CHECK(x.retire(*home));
}

TEST_CASE("retiring an old entry again leaves its successor alone", "[G4]") {
  one_worker x;
  REQUIRE(x.submit("a", [] {}));
  x.run("a");
  const auto old = x.jobs.find("a");
  REQUIRE(x.retire(*old));
  const auto ticket = x.submit("a", [] {});
  REQUIRE(ticket);
  const auto successor = x.jobs.find("a");
  CHECK(successor != old);
  CHECK(x.retire(*old));
  CHECK(x.jobs.find("a") == successor);
  CHECK(x.run("a") == 1);
  CHECK(ticket->state() == job_state::succeeded);
}

TEST_CASE("memory does not grow with past jobs", "[G9]") {
  one_worker x;
  const auto alive = std::make_shared<int>();
  for (int i = 0; i < 1000; ++i) {
    const auto ticket = x.submit("a", [alive] { return alive; });
    REQUIRE(ticket);
    x.run("a");
    CHECK(alive.use_count() == 2); // the value, while its ticket is held
  }
  CHECK(alive.use_count() == 1);
}
