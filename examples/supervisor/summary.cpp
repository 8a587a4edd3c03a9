#include "summary.hpp"

#include <fmt/format.h>

namespace supervisor {

namespace {

// A project, a query and with it an error may hold any character; in a list for
// people, one line is one job.
std::string on_one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      c = ' ';
  return text;
}

} // namespace

summary::summary(std::string_view file) : file_{file} {}

void summary::add(const job_line& job, const foreman::outcome& result) {
  projects_.insert(job.project);
  ++jobs_;
  if (result.state == foreman::job_state::succeeded) {
    ++succeeded_;
    return;
  }
  if (result.state == foreman::job_state::cancelled)
    ++cancelled_;
  listed_ += fmt::format("{}:{}: {} {}: {}\n", file_, job.line,
                         on_one_line(job.project), job.what.kind,
                         on_one_line(result.why.message()));
}

std::string summary::text(std::chrono::duration<double> took) const {
  return fmt::format("{} project{}, {} job{}: {} succeeded, {} failed, {} "
                     "cancelled, in {:.2f} s\n{}",
                     projects_.size(), projects_.size() == 1 ? "" : "s", jobs_,
                     jobs_ == 1 ? "" : "s", succeeded_,
                     jobs_ - succeeded_ - cancelled_, cancelled_, took.count(),
                     listed_);
}

} // namespace supervisor
