#pragma once

#include <foreman/admission.hpp>
#include <foreman/errc.hpp>
#include <foreman/job_id.hpp>
#include <foreman/job_state.hpp>
#include <foreman/ledger.hpp>
#include <foreman/project_status.hpp>

#include <cstddef>
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
  explicit model(const limits& max) : max_{max} {}

  /// What a submit must be told now.
  errc verdict(const std::string& project, admission asked) const;

  void admitted(const std::string& project, job_id id, int priority);

  void rejected() {
    ++books_.rejected;
  }

  /// A body began: it must be the next one of its project (G1, G2).
  void began(const std::string& project, job_id id);

  /// A job got its outcome: the only one (G4).
  void ended(const std::string& project, job_id id, job_state how);

  void draining() {
    draining_ = true;
  }

  project_status status(const std::string& project) const;

  const ledger& books() const {
    return books_;
  }

private:
  struct project_jobs {
    // By (priority, admission number): the order in which they start.
    std::map<std::pair<int, job_id>, job_state> queued;
    job_id running;
  };

  limits max_;
  std::map<std::string, project_jobs> projects_;
  ledger books_;
  bool draining_ = false;
};

} // namespace foreman::test
