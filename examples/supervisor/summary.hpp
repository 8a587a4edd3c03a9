#pragma once

#include "job_file.hpp"

#include <foreman/ticket.hpp>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace supervisor {

/// What became of the jobs of a file.
class summary {
public:
  explicit summary(std::string_view file);

  /// Adds a job that has ended.
  void add(const job_line& job, const foreman::outcome& result);

  bool all_succeeded() const noexcept {
    return succeeded_ == jobs_;
  }

  /// For people: the counts, then `FILE:LINE: PROJECT KIND: ERROR` for each job
  /// that did not succeed.
  std::string text(std::chrono::duration<double> took) const;

private:
  std::string file_;
  std::set<std::string> projects_;
  std::size_t jobs_ = 0;
  std::size_t succeeded_ = 0;
  std::size_t cancelled_ = 0;
  std::string listed_;
};

} // namespace supervisor
