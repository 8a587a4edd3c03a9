#pragma once

#include "database.hpp"

#include <foreman/job_context.hpp>

#include <soci/soci.h>

#include <string>

namespace supervisor {

/// The one transaction of a job: what is not committed is rolled back.
class transaction {
public:
  /// Begins one on the job's checked connection. Throws `foreman::stopped` if
  /// the job is asked to stop while it waits for its turn to write, and
  /// `std::runtime_error` if another program keeps the database locked.
  transaction(const foreman::job_context& job, database& on);

  ~transaction();

  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  /// For what `run` cannot do; statements there must not end the transaction.
  soci::session& session() noexcept {
    return session_;
  }

  /// Runs one statement. The rows of a query go to `rows`, or nowhere. Throws
  /// `std::runtime_error` with what the database said, or that the statement
  /// has left no transaction. Where the database ends it by itself, as for
  /// `create table`, the next one begins.
  void run(const std::string& statement, text_rows* rows);

  /// Throws `std::runtime_error` if that fails, or if a statement has put
  /// another transaction in the place of this one; then it is rolled back.
  void commit();

private:
  void begin();

  const dialect& sql_;
  held_turn turn_; // given back last, also when the begin fails
  soci::session& session_;
  bool committed_ = false;
};

} // namespace supervisor
