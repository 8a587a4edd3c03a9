#include "connected_system.hpp"
#include "server_sessions.hpp"
#include "support/await.hpp"
#include "support/database_server.hpp"
#include "support/sql_sessions.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

// SOCI 4.0 loses libpq's connection when the server hangs up between the login
// and SOCI's own first query. LeakSanitizer calls this.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:PQconnectdb\n";
}

namespace foreman::test {

namespace {

/// Jobs of many projects, on a thread of its own, until it ends.
class load {
public:
  explicit load(system& fm) : fm_{fm} {}

  ~load() {
    stop();
  }

  load(const load&) = delete;
  load& operator=(const load&) = delete;

  void stop() {
    thread_.request_stop();
    if (thread_.joinable())
      thread_.join();
  }

  // What was seen; read it when it has stopped.
  int jobs = 0;
  int lost = 0;
  std::vector<error> other_failures;

private:
  void run(const std::stop_token& end) {
    while (!end.stop_requested()) {
      std::vector<ticket<void>> wave;
      for (int p = 0; p < 16; ++p)
        wave.push_back(fm_
                         .submit(std::to_string(p),
                                 [](job_context& job) {
                                   int one = 0;
                                   main_session(job) << "select 1",
                                     soci::into(one);
                                 })
                         .value());
      for (const auto& x : wave)
        note(x.wait());
    }
  }

  void note(const expected<void>& result) {
    ++jobs;
    if (result)
      return;
    if (result.error().code() == errc::connection_lost)
      ++lost;
    else
      other_failures.push_back(result.error());
  }

  system& fm_;
  std::jthread thread_{[this](const std::stop_token& end) { run(end); }};
};

} // namespace

TEST_CASE("a server that hangs up on everybody all the time costs single jobs, "
          "and loses none",
          "[G4][G7]") {
  using namespace std::chrono_literals;
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  database_server server{kind};
  const auto killer = open_connection(
    kind == database_kind::mariadb
      ? "mariadb:unix_socket=" + server.address().socket() + " user=root"
      : server.address().by_socket());
  const server_sessions sessions{server.address()};
  auto options = with_sessions(server.address().by_tcp(), 4);
  // Logins are hit, too, which is no reason to rest: as much load as can be.
  options.check.first_backoff = 0ms;
  options.check.break_after = 1'000;
  options.log = [](auto, auto) {};
  system fm{options};
  load jobs{fm};
  int kills = 0;
  for (auto at = std::chrono::steady_clock::now(); kills < 150; ++kills) {
    session_of(*killer) << sessions.kill_all();
    std::this_thread::sleep_until(at += 20ms); // the pace of the fault
  }
  jobs.stop();
  for (const auto& x : jobs.other_failures)
    FAIL_CHECK(to_string(x));
  CHECK(jobs.lost < jobs.jobs);
  const auto now = main_status(fm);
  CHECK(now.counts.reopened_dead + now.counts.lost_in_job > 0);
  CHECK(now.counts.lost_in_job == static_cast<std::uint64_t>(jobs.lost));
  const auto books = fm.books();
  CHECK(books.open() == 0);
  CHECK(books.admitted == static_cast<std::uint64_t>(jobs.jobs));
  WARN(to_string(kind) << ": " << jobs.lost << " of " << jobs.jobs
                       << " jobs were hit by " << kills
                       << " kills of all sessions, " << now.counts.failed_open
                       << " of "
                       << now.counts.failed_open + now.counts.passed_by_open
                       << " opens");
  // All is well again when it is over.
  session_of(*killer) << sessions.kill_all();
  killer->close();
  REQUIRE(await([&] { return sessions.count() == 0; }));
  values_of(run_side_by_side(fm, 4, [&](job_context& job) {
    return sessions.id_of(main_session(job));
  }));
}

} // namespace foreman::test
