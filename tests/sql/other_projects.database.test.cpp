// What a job did to its session does not reach the jobs of other projects.

#include "support/catch.hpp"
#include "support/shared_database.hpp"

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <soci/soci.h>

#include <string>
#include <vector>

namespace foreman::test {

namespace {

struct setting {
  explicit setting(database_kind kind,
                   session_reset reset = session_reset::always)
    : own{kind}, fm{options(own, reset)} {}

  static system_options options(const shared_database& own,
                                session_reset reset) {
    system_options result{.workers = 4};
    result.connections.emplace(
      "main", sql::connections_to(own.address().by_tcp()).value());
    result.check.reset = reset;
    return result;
  }

  auto submit(const std::string& project, const std::string& statement) {
    return fm
      .submit(project,
              [statement](job_context& job) {
                auto& session = job.connection<soci::session>("main");
                if (!statement.starts_with("select")) {
                  session << statement;
                  return std::string{};
                }
                std::string result;
                session << statement, soci::into(result);
                return result;
              })
      .value();
  }

  // Four jobs of many projects, of which the first leaves something; returns
  // how many of the others fail.
  int failures(const std::string& leaves, const std::string& others) {
    std::vector<ticket<std::string>> tickets;
    for (int i = 0; i < 100; ++i) {
      const auto number = std::to_string(i);
      (void) submit("dump " + number, leaves);
      for (const auto* name : {"a", "b", "c"})
        tickets.push_back(submit(name + number, others));
    }
    int result = 0;
    for (const auto& x : tickets)
      result += x.wait() ? 0 : 1;
    return result;
  }

  const shared_database own;
  system fm;
};

} // namespace

TEST_CASE("the first line of every pg_dump harms no other project", "[G7]") {
  setting with{database_kind::postgresql};
  with.own.address().ask("create table t (x int)");
  CHECK(with.failures("select set_config('search_path', '', false)",
                      "select count(*) from t")
        == 0);
}

TEST_CASE("foreign keys hold although another project's job has switched them "
          "off for itself",
          "[G7]") {
  setting with{database_kind::mariadb};
  with.own.address().ask("create table parent (id int primary key)");
  with.own.address().ask(
    "create table child (id int, foreign key (id) references parent (id))");
  CHECK(
    with.failures("set foreign_key_checks = 0", "insert into child values (7)")
    == 300);
  CHECK(with.own.address().ask("select count(*) from child") == "0");
}

TEST_CASE("without resets both happen: what the tests above see is there") {
  setting with{database_kind::mariadb, session_reset::never};
  with.own.address().ask("create table parent (id int primary key)");
  with.own.address().ask(
    "create table child (id int, foreign key (id) references parent (id))");
  CHECK(
    with.failures("set foreign_key_checks = 0", "insert into child values (7)")
    < 300);
}

TEST_CASE("a lock that a job left is free when its outcome is known", "[G7]") {
  const auto kind = GENERATE(database_kind::mariadb, database_kind::postgresql);
  const bool mariadb = kind == database_kind::mariadb;
  setting with{kind};
  for (int i = 0; i < 20; ++i) {
    CHECK(with
            .submit("holder",
                    mariadb ? "select get_lock('left', 0)"
                            : "select pg_advisory_lock(7)")
            .wait());
    CHECK(with.own.address().ask(mariadb ? "select is_free_lock('left')"
                                         : "select count(*) = 0 from pg_locks "
                                           "where locktype = 'advisory'")
          == (mariadb ? "1" : "t"));
  }
}

} // namespace foreman::test
