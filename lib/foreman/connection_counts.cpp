#include <foreman/connection_counts.hpp>

namespace foreman {

connection_counts&
connection_counts::operator+=(const connection_counts& x) noexcept {
  passed_by_peek += x.passed_by_peek;
  passed_by_ping += x.passed_by_ping;
  passed_by_open += x.passed_by_open;
  failed_open += x.failed_open;
  refused += x.refused;
  busy += x.busy;
  out_of_time += x.out_of_time;
  reopened_dead += x.reopened_dead;
  reopened_aged += x.reopened_aged;
  reopened_left_transaction += x.reopened_left_transaction;
  reopened_unknown += x.reopened_unknown;
  reopened_interrupted += x.reopened_interrupted;
  sessions_reset += x.sessions_reset;
  reopened_not_reset += x.reopened_not_reset;
  lost_in_job += x.lost_in_job;
  jobs_deferred += x.jobs_deferred;
  jobs_failed += x.jobs_failed;
  jobs_run_anyway += x.jobs_run_anyway;
  check_time += x.check_time;
  open_time += x.open_time;
  return *this;
}

connection_counts connection_counters::snapshot() const noexcept {
  return {.passed_by_peek = passed_by_peek.get(),
          .passed_by_ping = passed_by_ping.get(),
          .passed_by_open = passed_by_open.get(),
          .failed_open = failed_open.get(),
          .refused = refused.get(),
          .busy = busy.get(),
          .out_of_time = out_of_time.get(),
          .reopened_dead = reopened_dead.get(),
          .reopened_aged = reopened_aged.get(),
          .reopened_left_transaction = reopened_left_transaction.get(),
          .reopened_unknown = reopened_unknown.get(),
          .reopened_interrupted = reopened_interrupted.get(),
          .sessions_reset = sessions_reset.get(),
          .reopened_not_reset = reopened_not_reset.get(),
          .lost_in_job = lost_in_job.get(),
          .jobs_deferred = jobs_deferred.get(),
          .jobs_failed = jobs_failed.get(),
          .jobs_run_anyway = jobs_run_anyway.get(),
          .check_time = check_time.snapshot(),
          .open_time = open_time.snapshot()};
}

} // namespace foreman
