#include "connected_system.hpp"
#include "login_welcome.hpp"
#include "open_limit.hpp"
#include "support/await.hpp"
#include "support/database_server.hpp"
#include "support/swallowing_proxy.hpp"
#include "work_table.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace foreman::test {

namespace {

void check_arrivals_in_outage(database_kind kind) {
  using namespace std::chrono_literals;
  constexpr int projects = 100;
  constexpr int jobs_each = 10;
  database_server server{kind};
  const work_table work{server.address()};
  auto address = server.address();
  swallowing_proxy proxy{static_cast<std::uint16_t>(address.port),
                         welcome_of(address)};
  address.port = proxy.port();
  auto options = with_sessions(address.by_tcp(), 8);
  options.check.max_break = 2s;
  system fm{options};

  server.kill();
  const open_limit limit{options.check};
  std::vector<ticket<void>> tickets;
  for (int i = 0; i < jobs_each; ++i)
    for (int p = 0; p < projects; ++p)
      tickets.push_back(fm.submit(std::to_string(p),
                                  [i](job_context& job) {
                                    work_table::write(main_session(job),
                                                      job.project(), i);
                                  })
                          .value());
  // An outage of about ten seconds, by the breaker's own count.
  REQUIRE(await([&] { return main_status(fm).counts.failed_open >= 9; }));
  const auto at_most = limit.now();
  const auto meanwhile = main_status(fm);
  CHECK(meanwhile.counts.failed_open <= at_most);
  CHECK(meanwhile.breaker != breaker_state::closed);
  CHECK(fm.books().succeeded == 0);
  CHECK(fm.books().failed == 0);
  const auto in_vain = proxy.connections();

  server.start();
  require_success(tickets);
  CHECK(work.rows() == projects * jobs_each);
  CHECK(work.rows_out_of_order() == 0);
  CHECK(proxy.most_in_login() >= 1);
  CHECK(proxy.most_in_login() <= options.check.max_opens);
  WARN(to_string(kind) << ": " << meanwhile.counts.failed_open
                       << " opens failed in the outage, as " << in_vain
                       << " connections; " << proxy.connections() - in_vain
                       << " connections after it, " << proxy.most_in_login()
                       << " in login at the same time at most; jobs were "
                          "deferred "
                       << main_status(fm).counts.jobs_deferred << " times");
}

} // namespace

TEST_CASE("jobs that arrive while a MariaDB is down run when it is back, in "
          "order, once, and without a rush",
          "[G2][G3][G7]") {
  check_arrivals_in_outage(database_kind::mariadb);
}

TEST_CASE("jobs that arrive while a PostgreSQL is down run when it is back, in "
          "order, once, and without a rush",
          "[G2][G3][G7]") {
  check_arrivals_in_outage(database_kind::postgresql);
}

} // namespace foreman::test
