#include "transaction.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace supervisor {

void write_turn::take(const foreman::job_context& job) {
  std::unique_lock guard{mutex_};
  if (!free_.wait(guard, job.stop_token(), [this] { return !taken_; }))
    throw foreman::stopped{};
  taken_ = true;
}

void write_turn::give_back() noexcept {
  {
    const std::lock_guard guard{mutex_};
    taken_ = false;
  }
  free_.notify_one();
}

transaction::held_turn::held_turn(const foreman::job_context& job,
                                  write_turn& wanted)
  : turn{wanted} {
  turn.take(job);
}

transaction::held_turn::~held_turn() {
  turn.give_back();
}

transaction::transaction(const foreman::job_context& job, write_turn& turn)
  : held_{job, turn}, session_{job.connection<soci::session>(connection_name)} {
  // Immediate: a transaction that begins by reading cannot be made a writing
  // one while another program writes.
  execute("begin immediate", "begin");
  // Any query lets SQLite see that its schema is not the one it read when this
  // connection last looked. `create index` (as of 3.40) does not look: it would
  // refuse a name that another connection has dropped since.
  execute("select 1 from sqlite_schema limit 0", "begin");
}

transaction::~transaction() {
  if (committed_)
    return;
  try {
    session_ << "rollback";
  } catch (const soci::soci_error&) { // NOLINT(bugprone-empty-catch)
    // Some errors have rolled back already; and foreman closes a connection
    // on which a job left a transaction open.
  }
}

void transaction::commit() {
  execute("commit", "commit");
  committed_ = true;
}

void transaction::execute(const char* statement, const char* what) {
  try {
    session_ << statement;
  } catch (const soci::soci_error& e) {
    throw std::runtime_error{
      fmt::format("cannot {} the transaction: {}", what, message_of(e))};
  }
}

std::string message_of(const soci::soci_error& e) {
  auto message = e.get_error_message();
  if (message.starts_with("sqlite3_statement_backend::"))
    message.erase(0, message.find(": ") + 2);
  return message;
}

} // namespace supervisor
