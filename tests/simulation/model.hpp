#pragma once

#include <foreman/admission.hpp>
#include <foreman/clock.hpp>
#include <foreman/errc.hpp>
#include <foreman/job_id.hpp>
#include <foreman/job_options.hpp>
#include <foreman/job_state.hpp>
#include <foreman/ledger.hpp>
#include <foreman/project_status.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace foreman::test {

/// Something happened that the rules forbid.
class violation : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// The rules of foreman as a sequential program: told what happened, it says
/// what must be true, and throws `violation` at what must not happen. Shares
/// no code with the product but its plain types.
class model {
public:
  model(const limits& max, clock::duration max_deferral)
    : max_{max}, max_deferral_{max_deferral} {}

  // -- what happens -----------------------------------------------------------

  void admitted(const std::string& project, job_id id, const job_options& how);

  void rejected() {
    ++books_.rejected;
  }

  /// A body began: it must be the next one of its project (G1, G2).
  void began(const std::string& project, job_id id);

  /// The body that runs is about to end so.
  void leaves(const std::string& project, job_state how);

  /// A job got its outcome: the only one (G4). `still_runs`: its body is
  /// published as running all the same.
  void ended(const std::string& project, job_id id, job_state how,
             bool still_runs);

  /// A body that a drain gave up has returned after all.
  void returned(const std::string& project);

  /// Why a job may be failed in place of its body.
  enum class trouble : std::uint8_t {
    none,
    /// Its connections cannot be had.
    unavailable,
    /// And will not be.
    misconfigured,
  };

  /// From now on there is such a reason. Returns what was before.
  trouble in_trouble(trouble is) {
    return std::exchange(in_trouble_, is);
  }

  /// The next job of a project waits for a connection.
  void deferred(const std::string& project, job_id id,
                const std::string& connection);

  /// It may be tried again, or has gone.
  void resumed(const std::string& project);

  void time_is(clock::time_point now) {
    now_ = now;
  }

  void draining() {
    draining_ = true;
  }

  /// The time of a drain is over: it gives up the bodies that still run.
  void gives_up() {
    gives_up_ = true;
  }

  // -- what must be true ------------------------------------------------------

  /// What a submit may be told now: `ok`, or what forbids it; of several
  /// reasons any.
  std::vector<errc> verdicts(const std::string& project, admission asked) const;

  project_status status(const std::string& project) const;

  /// Nothing moves: whoever waits must wait for a connection.
  void at_rest() const;

  const ledger& books() const {
    return books_;
  }

private:
  // When what waits begins: by priority, then by admission number.
  using key = std::pair<int, job_id>;

  struct waiting_job {
    unavailable_policy if_unavailable;
    bool needs_connections;
    clock::time_point admitted_at;
  };

  struct project_jobs {
    std::map<key, waiting_job> queued;
    // The job that was deferred last, and for what it waits.
    job_id deferred;
    std::string deferred_for;
    job_id running;
    // How its body ends, once that is known.
    job_state leaves = job_state::running;
    // It has its outcome, but its body still runs.
    bool given_up = false;
  };

  void give_up(project_jobs& x, const std::string& what, job_state how);

  void end_running(project_jobs& x, const std::string& what, job_state how);

  void end_queued(project_jobs& x, job_id id, const std::string& what,
                  job_state how);

  // Whether a job may be failed that never ran.
  bool may_fail(const waiting_job& how) const;

  limits max_;
  clock::duration max_deferral_;
  clock::time_point now_;
  std::map<std::string, project_jobs> projects_;
  ledger books_;
  trouble in_trouble_ = trouble::none;
  bool draining_ = false;
  bool gives_up_ = false;
};

} // namespace foreman::test
