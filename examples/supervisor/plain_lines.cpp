#include "display.hpp"
#include "standard_streams.hpp"
#include "text.hpp"

#include <fmt/format.h>

namespace supervisor {

namespace {

// DONE/ALL, the job, and what it does.
class plain_lines final : public display {
public:
  explicit plain_lines(const std::string& file) : display{file} {}

  void started(const open_job& job, const batch& all) override {
    line(all, job.ticket.project(), job.kind, job.line, "starts");
  }

  void ended(const ended_job& job, const batch& all) override {
    auto how = fmt::format("{} after {:.2f} s", to_string(job.how.state),
                           job.took.count());
    if (job.how.why)
      how += ": " + on_one_line(job.how.why.message());
    line(all, job.project, job.kind, job.line, how);
  }

private:
  static void line(const batch& all, const std::string& project,
                   const std::string& kind, std::size_t number,
                   const std::string& what) {
    print(fmt::format("{}/{} {} {}, line {}, {} ({} running, {} waiting)\n",
                      all.done(), all.jobs(), on_one_line(project), kind,
                      number, what, all.running(), all.waiting()));
  }
};

} // namespace

std::unique_ptr<display> make_plain_lines(const std::string& file) {
  return std::make_unique<plain_lines>(file);
}

} // namespace supervisor
