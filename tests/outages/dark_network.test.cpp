#include "connected_system.hpp"
#include "support/await.hpp"
#include "support/shared_database.hpp"
#include "support/swallowing_proxy.hpp"
#include "work_table.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;

struct setting {
  explicit setting(database_kind kind)
    : own{kind}, proxy{static_cast<std::uint16_t>(own.address().port)} {}

  /// A system that looks for a sign of life before each job.
  system_options options(const std::string& more = "") const {
    auto address = own.address();
    address.port = proxy.port();
    auto result = with_sessions(address.by_tcp() + more, 4);
    result.check.trust_window = 0s;
    result.check.ping_deadline = 300ms;
    result.check.open_deadline = 1s;
    result.check.max_break = 1s;
    return result;
  }

  shared_database own;
  swallowing_proxy proxy;
};

} // namespace

TEST_CASE("jobs wait while the network is dark, and go on after it",
          "[G2][G3][G7]") {
  constexpr int projects = 12;
  constexpr int jobs_each = 6;
  setting with{GENERATE(database_kind::mariadb, database_kind::postgresql)};
  const work_table work{with.own.address()};
  system fm{with.options()};
  std::vector<ticket<void>> tickets;
  const auto submit = [&](int from, int to) {
    for (int i = from; i < to; ++i)
      for (int p = 0; p < projects; ++p)
        tickets.push_back(fm.submit(std::to_string(p),
                                    [i](job_context& job) {
                                      work_table::write(main_session(job),
                                                        job.project(), i);
                                    })
                            .value());
  };
  submit(0, jobs_each / 2);
  require_success(tickets); // no job is in a query when the light goes out
  with.proxy.swallow();
  submit(jobs_each / 2, jobs_each);
  CHECK(await([&] { return main_status(fm).deferred_projects == projects; }));
  CHECK(with.proxy.swallowed() > 0);
  CHECK(work.rows() == projects * jobs_each / 2);
  with.proxy.forward();
  require_success(tickets);
  CHECK(work.rows() == projects * jobs_each);
  CHECK(work.rows_out_of_order() == 0);
}

TEST_CASE("a query into a dark network ends by its own deadline, and the next "
          "job waits",
          "[G7]") {
  setting with{database_kind::mariadb};
  system fm{with.options(" read_timeout=1")};
  const auto hit = fm.submit("project", [&](job_context& job) {
    with.proxy.swallow();
    main_session(job) << "do 1";
  });
  const auto next = fm.submit(
    "project", [](job_context& job) { main_session(job) << "do 1"; });
  check_lost_in_job(hit->wait());
  CHECK(await([&] { return fm.status("project")->deferred_for == "main"; }));
  with.proxy.forward();
  CHECK(next->wait());
}

} // namespace foreman::test
