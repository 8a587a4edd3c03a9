#include "transaction.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace supervisor {

namespace {

template <class Step>
void try_to(const char* what, Step step) {
  try {
    step();
  } catch (const std::runtime_error& e) {
    throw std::runtime_error{
      fmt::format("cannot {} the transaction: {}", what, e.what())};
  }
}

} // namespace

transaction::transaction(const foreman::job_context& job, database& on)
  : sql_{*on.sql},
    turn_{job, on.sql->one_writer() ? &on.turn : nullptr},
    session_{job.connection<soci::session>(on.name)} {
  begin();
}

transaction::~transaction() {
  if (committed_)
    return;
  try {
    sql_.run(session_, "rollback", nullptr);
  } catch (const std::runtime_error&) { // NOLINT(bugprone-empty-catch)
    // Some errors have rolled back already; and foreman closes a connection
    // on which a job left a transaction open.
  }
}

// The savepoint ends with the transaction, so it tells this one from another
// that a statement has begun: `commit and chain`, or a procedure that commits.
void transaction::begin() {
  try_to("begin", [this] {
    sql_.begin(session_);
    sql_.run(session_, "savepoint foreman_job", nullptr);
  });
}

void transaction::run(const std::string& statement, text_rows* rows) {
  sql_.run(session_, statement, rows);
  if (sql_.in_transaction(session_))
    return;
  if (!sql_.commits(statement))
    throw std::runtime_error{
      "it has ended the transaction of its job, which only foreman may; what "
      "was done until then may stay"};
  begin();
}

void transaction::commit() {
  try {
    sql_.run(session_, "release savepoint foreman_job", nullptr);
  } catch (const std::runtime_error& e) {
    throw std::runtime_error{
      fmt::format("a statement has ended the transaction of its job and begun "
                  "another one, which only foreman may; what was done until "
                  "then may stay ({})",
                  e.what())};
  }
  try_to("commit", [this] { sql_.run(session_, "commit", nullptr); });
  committed_ = true;
}

} // namespace supervisor
