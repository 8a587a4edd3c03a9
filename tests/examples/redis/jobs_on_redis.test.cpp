#include "redis/redis_connection.hpp"
#include "redis_server.hpp"
#include "support/catch.hpp"
#include "support/database_server.hpp"

#include <foreman/system.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace foreman::test {

namespace {

using example::redis_connection;
using example::redis_session;

/// One worker, so that all jobs meet the same connection.
struct setting {
  database_server server{database_kind::redis};
  std::mutex mutex;
  std::vector<std::string> log;

  system_options options() {
    system_options result;
    result.workers = 1;
    result.connections.emplace("redis", [where = address_of(server.address())] {
      return std::make_unique<redis_connection>(where);
    });
    result.log = [this](log_level, std::string_view text) {
      const std::lock_guard guard{mutex};
      log.emplace_back(text);
    };
    return result;
  }
};

redis_session& session_of(job_context& job) {
  return job.connection<redis_session>("redis");
}

/// Counts a row in a job; returns how many there are.
expected<long long> count_row(system& fm) {
  return fm
    .submit("project",
            [](job_context& job) {
              return session_of(job).run({"incr", "rows"})->integer;
            })
    .value()
    .wait();
}

} // namespace

TEST_CASE("a job finds its connection after all were closed", "[G7]") {
  setting where;
  system fm{where.options()};
  REQUIRE(count_row(fm).value() == 1);
  REQUIRE(kill_clients(where.server.address()) == 1);
  CHECK(count_row(fm).value() == 2);
}

TEST_CASE("a job finds its connection after a restart of the server", "[G7]") {
  setting where;
  system fm{where.options()};
  REQUIRE(count_row(fm).value() == 1);
  where.server.kill();
  where.server.start();
  CHECK(count_row(fm).value() == 2);
}

TEST_CASE("a transaction that a job left open is not the next one's", "[G7]") {
  setting where;
  system fm{where.options()};
  auto careless = fm.submit("project", [](job_context& job) {
    session_of(job).run({"multi"});
    session_of(job).run({"incr", "rows"});
  });
  REQUIRE(careless);
  REQUIRE(careless->wait());
  CHECK(count_row(fm).value() == 1);
  const std::lock_guard guard{where.mutex};
  CHECK(where.log.size() == 1);
}

TEST_CASE("a job whose connection dies in its midst fails as lost", "[G7]") {
  setting where;
  system fm{where.options()};
  auto unlucky = fm.submit("project", [&where](job_context& job) {
    auto& session = session_of(job);
    kill_clients(where.server.address());
    session.run({"incr", "rows"});
  });
  REQUIRE(unlucky);
  const auto how = unlucky->wait();
  REQUIRE_FALSE(how);
  CHECK(how.error().code() == errc::connection_lost);
  CHECK(count_row(fm).value() == 1);
}

} // namespace foreman::test
