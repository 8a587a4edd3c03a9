// A connection of one's own: jobs work with a Redis, on sessions that foreman
// has checked just before. The connection is in redis/redis_connection.cpp.
//
// Usage: example_070_own_connection redis://HOST:PORT/DATABASE
// or with that address in the environment, as REDIS_URL.

#include "redis/redis_connection.hpp"

#include <foreman/system.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

using example::redis_connection;
using example::redis_session;

// What is counted so far is in Redis: each job adds to it.
long long add_rows(foreman::job_context& job, int rows) {
  auto& redis = job.connection<redis_session>("redis");
  const auto key = "foreman-example:" + job.project();
  return redis.run({"incrby", key, std::to_string(rows)})->integer;
}

int run(const example::redis_address& where) {
  foreman::system_options options{.workers = 4};
  // Each worker gets a connection of its own from here.
  options.connections.emplace(
    "redis", [where] { return std::make_unique<redis_connection>(where); });
  foreman::system fm{options};

  std::vector<foreman::ticket<long long>> tickets;
  for (const auto* project : {"berlin", "lima"}) {
    auto cleared = fm.submit(project, [](foreman::job_context& job) {
      job.connection<redis_session>("redis").run(
        {"del", "foreman-example:" + job.project()});
    });
    for (const int rows : {100, 200, 300}) {
      auto ticket = fm.submit(project, [rows](foreman::job_context& job) {
        return add_rows(job, rows);
      });
      if (!cleared || !ticket)
        return 1;
      tickets.push_back(*std::move(ticket));
    }
  }
  for (const auto& ticket : tickets) {
    const auto rows = ticket.wait();
    fmt::print("{}: {}\n", ticket.project(),
               rows ? fmt::format("{} rows", *rows) : to_string(rows.error()));
    if (!rows)
      return 1;
  }
  return 0;
}

} // namespace

int main(int argc, char* argv[]) {
  const char* given = argc > 1 ? argv[1] : std::getenv("REDIS_URL");
  const auto where = example::read_redis_address(given == nullptr ? "" : given);
  if (!where) {
    fmt::print("{}\n", where.error().message());
    return 2;
  }
  return run(*where);
}
