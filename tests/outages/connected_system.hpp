#pragma once

#include "support/catch.hpp"
#include "support/door.hpp"

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <soci/soci.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace foreman::test {

/// Each worker has a session of `database`, called main.
inline system_options with_sessions(const std::string& database,
                                    std::size_t workers) {
  system_options result{.workers = workers};
  result.connections.emplace("main", sql::connections_to(database).value());
  return result;
}

/// What each worker's session is found by, in a body.
inline soci::session& main_session(const job_context& job) {
  return job.connection<soci::session>("main");
}

/// How the sessions called main are.
inline connection_status main_status(const system& fm) {
  const auto all = fm.connections();
  return *std::find_if(all.begin(), all.end(),
                       [](const auto& x) { return x.name == "main"; });
}

/// Runs `body` at the same time in `n` projects, so on `n` workers. Returns
/// what became of them.
template <class Body>
auto run_side_by_side(system& fm, int n, Body body,
                      const job_options& options = {}) {
  const auto together = std::make_shared<door>();
  using value = body_value_t<Body>;
  std::vector<ticket<value>> tickets;
  for (int i = 0; i < n; ++i)
    tickets.push_back(fm.submit(
                          "side " + std::to_string(i),
                          [together, body](job_context& job) {
                            together->pass();
                            return body(job);
                          },
                          options)
                        .value());
  const bool met = together->has_visitors(n);
  together->open();
  std::vector<expected<value>> results;
  for (const auto& x : tickets)
    results.push_back(x.wait());
  REQUIRE(met);
  return results;
}

/// The values, if all jobs succeeded.
template <class T>
std::vector<T> values_of(const std::vector<expected<T>>& results) {
  std::vector<T> values;
  for (const auto& x : results) {
    if (!x)
      FAIL(to_string(x.error()));
    values.push_back(*x);
  }
  return values;
}

template <class T>
void require_success(const std::vector<ticket<T>>& tickets) {
  for (const auto& x : tickets)
    if (const auto done = x.wait(); !done)
      FAIL(x.project() << ": " << to_string(done.error()));
}

template <class T>
void check_lost_in_job(const expected<T>& result) {
  REQUIRE_FALSE(result);
  INFO(result.error().message());
  CHECK(result.error().code() == errc::connection_lost);
  CHECK(result.error().message().find("may have executed")
        != std::string::npos);
}

} // namespace foreman::test
