#include "connected_system.hpp"
#include "log_lines.hpp"
#include "server_sessions.hpp"
#include "support/database_server.hpp"

#include <string>
#include <vector>

namespace foreman::test {

TEST_CASE("a server that has fewer connections than there are workers serves "
          "all jobs in the end",
          "[G7]") {
  struct full {
    database_kind kind;
    std::string setup;
    std::string user;
    std::size_t workers;
    std::string refusal;
  };
  const auto x = GENERATE(values<full>({
    {database_kind::mariadb, "set global max_connections = 10", "foreman", 16,
     "Too many connections"},
    {database_kind::postgresql,
     "create role guest login password 'secret' connection limit 3", "guest", 8,
     "too many connections"},
  }));
  database_server server{x.kind};
  server.address().ask(x.setup);
  const server_sessions sessions{server.address()};
  auto address = server.address();
  address.user = x.user;
  const log_lines log;
  auto options = with_sessions(address.by_tcp(), x.workers);
  options.log = log.target();
  system fm{options};
  std::vector<ticket<void>> tickets;
  for (int i = 0; i < 200; ++i)
    tickets.push_back(fm.submit(std::to_string(i % 50),
                                [&](job_context& job) {
                                  sessions.sleep(main_session(job), 0.02);
                                })
                        .value());
  require_success(tickets);
  CHECK(log.holds(x.refusal));
  CHECK(main_status(fm).counts.failed_open > 0);
}

} // namespace foreman::test
