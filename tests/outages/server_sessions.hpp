#pragma once

#include "support/await.hpp"
#include "support/database_address.hpp"

#include <foreman/job_context.hpp>

#include <soci/soci.h>

#include <string>

namespace foreman::test {

/// The sessions that jobs have on a server: in the words of its kind, and as
/// its administrator sees them.
class server_sessions {
public:
  explicit server_sessions(database_address where)
    : where_{std::move(where)},
      mariadb_{where_.kind == database_kind::mariadb} {}

  /// What a body calls to learn which session it has.
  int id_of(soci::session& session) const {
    int result = 0;
    session << (mariadb_ ? "select connection_id()"
                         : "select pg_backend_pid()"),
      soci::into(result);
    return result;
  }

  /// What a body calls to be in the middle of a query.
  void sleep(soci::session& session, double seconds) const {
    session << (mariadb_ ? "do sleep(" : "select pg_sleep(")
            << std::to_string(seconds) << ")";
  }

  int asleep() const {
    return count(mariadb_ ? "and info like 'do sleep%'"
                          : "and state = 'active' and query like '%pg_sleep%'");
  }

  int count() const {
    return count("");
  }

  /// What ends all sessions but the administrator's.
  std::string kill_all() const {
    return mariadb_
      ? "kill user foreman"
      : "select pg_terminate_backend(pid) from pg_stat_activity where "
        + others();
  }

  /// Returns when the server has hung up.
  bool kill(int id) const {
    const auto text = std::to_string(id);
    where_.ask(mariadb_ ? "kill " + text
                        : "select pg_terminate_backend(" + text + ")");
    return await([&] {
      return count((mariadb_ ? "and id = " : "and pid = ") + text) == 0;
    });
  }

private:
  // Of a server of the test's own: nobody else is there.
  static std::string others() {
    return "backend_type = 'client backend' and pid <> pg_backend_pid() ";
  }

  int count(const std::string& which) const {
    return std::stoi(where_.ask(
      (mariadb_ ? "select count(*) from information_schema.processlist "
                  "where user = 'foreman' "
                : "select count(*) from pg_stat_activity where " + others())
      + which));
  }

  database_address where_;
  bool mariadb_;
};

} // namespace foreman::test
