#include "connected_system.hpp"
#include "log_lines.hpp"
#include "open_limit.hpp"
#include "support/await.hpp"
#include "support/database_server.hpp"
#include "support/swallowing_proxy.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace foreman::test {

TEST_CASE("a wrong password fails jobs at once, is not told, and does not "
          "hammer the server",
          "[G7][G12]") {
  constexpr int projects = 200;
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  database_server server{kind};
  auto address = server.address();
  swallowing_proxy proxy{static_cast<std::uint16_t>(address.port)};
  address.port = proxy.port();
  address.password = "hunter2";
  const log_lines log;
  auto options = with_sessions(address.by_tcp(), 4);
  options.check.max_break = options.check.min_break; // soon mended
  options.log = log.target();
  system fm{options};

  const open_limit limit{options.check};
  std::vector<ticket<void>> tickets;
  for (int i = 0; i < projects; ++i)
    tickets.push_back(fm.submit(std::to_string(i), [] {}).value());
  for (const auto& x : tickets) {
    const auto done = x.wait();
    REQUIRE_FALSE(done);
    CHECK(done.error().code() == errc::connection_misconfigured);
    CHECK(done.error().message().find("hunter2") == std::string::npos);
  }
  const auto at_most = limit.now();
  const auto now = main_status(fm);
  CHECK(now.counts.failed_open > 0);
  CHECK(now.counts.failed_open <= at_most);
  // PostgreSQL is asked again why it refused.
  const std::size_t each = kind == database_kind::postgresql ? 2 : 1;
  CHECK(proxy.connections() <= each * now.counts.failed_open);
  CHECK_FALSE(now.last_error.empty());
  CHECK(now.last_error.find("hunter2") == std::string::npos);
  CHECK(log.holds("error: connection main could not be opened"));
  CHECK_FALSE(log.holds("hunter2"));
  WARN(to_string(kind) << ": " << projects << " jobs, "
                       << now.counts.failed_open << " opens, "
                       << proxy.connections() << " connections");

  server.address().ask(kind == database_kind::mariadb
                         ? "set password for foreman = password('hunter2')"
                         : "alter user foreman password 'hunter2'");
  CHECK(await([&] { return fm.submit("mended", [] {})->wait().has_value(); }));
}

} // namespace foreman::test
