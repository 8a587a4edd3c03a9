#include "connected_system.hpp"
#include "support/await.hpp"
#include "support/database_server.hpp"
#include "support/temporary_folder.hpp"
#include "work_table.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace foreman::test {

TEST_CASE("a server that is stopped holds up the jobs that need it, and no "
          "others",
          "[G2][G3][G7]") {
  using namespace std::chrono_literals;
  constexpr int workers = 3;
  constexpr int projects = 6;
  constexpr int jobs_each = 5;
  database_server server{
    GENERATE(database_kind::mariadb, database_kind::postgresql)};
  const work_table work{server.address()};
  const temporary_folder folder;
  auto options = with_sessions(server.address().by_tcp(), workers);
  options.connections.emplace(
    "files", sql::connections_to("sqlite:" + (folder / "main")).value());
  // A stopped server looks well until it is asked.
  options.check.trust_window = 0s;
  options.check.ping_deadline = 300ms;
  options.check.max_break = 2s;
  system fm{options};
  run_side_by_side(fm, workers, [](job_context&) {});

  server.freeze();
  std::vector<ticket<void>> waiting;
  for (int i = 0; i < jobs_each; ++i)
    for (int p = 0; p < projects; ++p)
      waiting.push_back(fm.submit("main " + std::to_string(p),
                                  [i](job_context& job) {
                                    work_table::write(main_session(job),
                                                      job.project(), i);
                                  },
                                  {.connections = {"main"}})
                          .value());
  for (int p = 0; p < projects; ++p)
    CHECK(await([&] {
      const auto now = fm.status("main " + std::to_string(p)).value();
      return now.deferred_for == "main" && !now.running
        && now.queued == jobs_each;
    }));
  CHECK(await([&] { return main_status(fm).deferred_projects == projects; }));

  // As many side by side as there are workers, time and again: none is lost.
  for (int round = 0; round < 10; ++round)
    for (const auto one :
         values_of(run_side_by_side(fm, workers,
                                    [](job_context& job) {
                                      int result = 0;
                                      job.connection<soci::session>("files")
                                        << "select 1",
                                        soci::into(result);
                                      return result;
                                    },
                                    {.connections = {"files"}})))
      CHECK(one == 1);
  CHECK(std::none_of(waiting.begin(), waiting.end(),
                     [](const auto& x) { return x.finished(); }));

  server.thaw();
  require_success(waiting);
  CHECK(work.rows() == projects * jobs_each);
  CHECK(work.rows_out_of_order() == 0);
  CHECK(main_status(fm).counts.jobs_deferred >= projects);
  CHECK(main_status(fm).deferred_projects == 0);
}

} // namespace foreman::test
