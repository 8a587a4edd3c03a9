#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_folder.hpp"

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <soci/soci.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <latch>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;

// What a system has logged.
class recorded_log {
public:
  log_function function() {
    return [this](log_level level, std::string_view text) {
      const std::lock_guard guard{mutex_};
      lines_.push_back(std::string{to_string(level)} + ": "
                       + std::string{text});
    };
  }

  std::vector<std::string> lines() const {
    const std::lock_guard guard{mutex_};
    return lines_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// One worker, so that all jobs meet the same connection, and a clock that
// stands still, so that only what a test does makes a check do anything.
struct setting {
  temporary_folder folder;
  manual_clock time;
  recorded_log log;

  system_options options(std::string_view file = "main.sqlite") {
    system_options result;
    result.workers = 1;
    result.connections.emplace(
      "main", sql::connections_to("sqlite:" + (folder / file)).value());
    result.log = log.function();
    result.log_failures = false; // the connections' lines only
    result.time = &time;
    return result;
  }
};

soci::session& session_of(job_context& job) {
  return job.connection<soci::session>("main");
}

int count(soci::session& session, const std::string& what) {
  int result = -1;
  session << "select count(*) from " + what, soci::into(result);
  return result;
}

// Runs one job to its end and returns its value; fails the test if it failed.
template <class Body>
auto run(system& fm, Body body) {
  auto submitted = fm.submit("project", body);
  REQUIRE(submitted);
  auto done = submitted->wait();
  if (!done)
    FAIL(to_string(done.error()));
  if constexpr (!std::is_void_v<typename decltype(done)::value_type>)
    return *done;
}

void create_table(system& fm) {
  run(fm, [](job_context& job) {
    session_of(job) << "create table if not exists t (x)";
  });
}

} // namespace

TEST_CASE("a transaction that a job left open is not seen by the next job",
          "[G7]") {
  setting with;
  system fm{with.options()};
  create_table(fm);
  const bool fails = GENERATE(false, true);
  auto left = fm.submit("project", [fails](job_context& job) -> expected<void> {
    session_of(job) << "begin";
    session_of(job) << "insert into t values (1)";
    if (fails)
      return error{errc::job_threw, "half way"};
    return {};
  });
  // Submitted at once, so that it may follow in the same batch.
  auto next = fm.submit("project", [](job_context& job) {
    auto& session = session_of(job);
    session << "begin"; // throws within a transaction
    const auto rows = count(session, "t");
    session << "commit";
    return rows;
  });
  REQUIRE(left);
  REQUIRE(next);
  CHECK(left->wait().has_value() != fails);
  const auto rows = next->wait();
  REQUIRE(rows);
  CHECK(*rows == 0);
  CHECK(with.log.lines()
        == std::vector<std::string>{
          "warning: a job left a transaction open on connection main; it is "
          "rolled back by closing the connection"});
}

TEST_CASE("a session that a job closed is open for the next job", "[G7]") {
  setting with;
  system fm{with.options()};
  create_table(fm);
  run(fm, [](job_context& job) { session_of(job).close(); });
  CHECK(run(fm, [](job_context& job) { return count(session_of(job), "t"); })
        == 0);
}

TEST_CASE("a job on a database that cannot be opened waits until it can be",
          "[G7]") {
  setting with;
  system fm{with.options("nowhere/main.sqlite")};
  std::atomic<bool> ran{false};
  auto submitted = fm.submit("project", [&ran] { ran = true; });
  REQUIRE(submitted);
  REQUIRE(
    test::await([&] { return fm.status("project")->deferred_for == "main"; }));
  CHECK_FALSE(ran);
  CHECK(fm.connections().at(0).last_error
        == "connection main could not be opened: the SQLite file "
          + (with.folder / "nowhere/main.sqlite")
          + " cannot be opened: there is no folder "
          + (with.folder / "nowhere"));

  std::filesystem::create_directory(with.folder / "nowhere");
  with.time.advance(1min); // any backoff is over
  CHECK(submitted->wait());
  CHECK(ran);
  create_table(fm);
}

TEST_CASE("a job never writes to a database file that was deleted", "[G7]") {
  setting with;
  system fm{with.options()};
  create_table(fm);
  REQUIRE(std::filesystem::remove(with.folder / "main.sqlite"));
  create_table(fm);
  CHECK(std::filesystem::exists(with.folder / "main.sqlite"));
  CHECK(run(fm, [](job_context& job) { return count(session_of(job), "t"); })
        == 0);
}

TEST_CASE("two workers have sessions of their own") {
  setting with;
  auto options = with.options();
  options.workers = 2;
  system fm{std::move(options)};
  std::latch both{2};
  const auto body = [&both](job_context& job) {
    auto& session = session_of(job);
    both.arrive_and_wait();                       // on two workers, then
    session << "create temporary table mine (x)"; // throws if it is shared
    return &session;
  };
  auto first = fm.submit("first", body);
  auto second = fm.submit("second", body);
  REQUIRE(first);
  REQUIRE(second);
  const auto first_session = first->wait();
  const auto second_session = second->wait();
  REQUIRE(first_session);
  REQUIRE(second_session);
  CHECK(*first_session != *second_session);
}

TEST_CASE("a connection is kept until its maximum age, then opened again",
          "[G7]") {
  setting with;
  auto options = with.options();
  options.check.max_age = 10min;
  options.check.age_jitter = 0;
  options.check.reset = session_reset::never;
  system fm{std::move(options)};
  run(fm, [](job_context& job) {
    session_of(job) << "create temporary table of_this_session (x)";
  });
  const auto tables = [&fm] {
    return run(fm, [](job_context& job) {
      return count(session_of(job), "temp.sqlite_master");
    });
  };
  with.time.advance(10min - 1ms);
  CHECK(tables() == 1);
  with.time.advance(1ms);
  CHECK(tables() == 0);
}

TEST_CASE(
  "a job that asks for a connection or a type that is not there fails") {
  setting with;
  system fm{with.options()};
  auto name = fm.submit("project", [](job_context& job) {
    job.connection<soci::session>("other");
  });
  auto type = fm.submit("project",
                        [](job_context& job) { job.connection<int>("main"); });
  REQUIRE(name);
  REQUIRE(type);
  CHECK(name->wait().error()
        == error{errc::unknown_connection,
                 "job 1 of project asks for connection other; it has: main"});
  CHECK(type->wait().error().code() == errc::unknown_connection);
}

} // namespace foreman::test
