#pragma once

#include <foreman/job_context.hpp>

#include <soci/soci.h>

#include <condition_variable>
#include <mutex>
#include <string>

namespace supervisor {

/// The name of the connection on which all jobs work.
inline constexpr const char* connection_name = "main";

/// Whose turn it is to write. SQLite has one writer at a time and lets others
/// poll for its lock until they give up; here the jobs of this program wait as
/// long as it takes, asleep, and can be stopped meanwhile. Thread-safe.
class write_turn {
public:
  /// Waits for the turn. Throws `foreman::stopped` if the job is asked to stop.
  void take(const foreman::job_context& job);

  void give_back() noexcept;

private:
  std::mutex mutex_;
  std::condition_variable_any free_;
  bool taken_ = false;
};

/// The one transaction of a job: what is not committed is rolled back.
class transaction {
public:
  /// Begins one on the job's checked connection. Throws as `write_turn::take`,
  /// and `std::runtime_error` if another program keeps the database locked.
  transaction(const foreman::job_context& job, write_turn& turn);

  ~transaction();

  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  soci::session& session() noexcept {
    return session_;
  }

  /// Throws `std::runtime_error` if that fails; then it is rolled back.
  void commit();

private:
  void execute(const char* statement, const char* what);

  // Gives the turn back last, also when the begin fails.
  struct held_turn {
    held_turn(const foreman::job_context& job, write_turn& wanted);
    ~held_turn();
    held_turn(const held_turn&) = delete;
    held_turn& operator=(const held_turn&) = delete;

    write_turn& turn;
  };

  held_turn held_;
  soci::session& session_;
  bool committed_ = false;
};

/// What a database said, without the function of SOCI that heard it.
std::string message_of(const soci::soci_error& e);

} // namespace supervisor
