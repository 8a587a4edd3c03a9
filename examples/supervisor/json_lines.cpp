#include "display.hpp"
#include "standard_streams.hpp"
#include "text.hpp"

namespace supervisor {

namespace {

// An object a line, each with its `event`; one reader gets all.
class json_lines final : public display {
public:
  explicit json_lines(const std::string& file) : display{file} {}

  void admitted(const job_line& what, foreman::job_id id) override {
    put("queued",
        {{"job", id.value},
         {"line", what.line},
         {"project", what.project},
         {"kind", what.what.kind}});
  }

  void started(const open_job& job, const batch&) override {
    put("started",
        {{"job", job.ticket.id().value},
         {"line", job.line},
         {"project", job.ticket.project()},
         {"kind", job.kind}});
  }

  void ended(const ended_job& job, const batch&) override {
    json what{{"job", job.id.value},
              {"line", job.line},
              {"project", job.project},
              {"kind", job.kind},
              {"state", to_string(job.how.state)},
              {"seconds", job.took.count()}};
    if (job.how.why)
      what["error"] = {{"code", to_string(job.how.why.code())},
                       {"message", job.how.why.message()}};
    put("ended", std::move(what));
  }

  void complaints(const problems& found) override {
    for (const auto& x : found)
      put("problem", {{"text", x}});
  }

  void log(foreman::log_level level, const std::string& text) override {
    put("log", {{"level", to_string(level)}, {"text", text}});
  }

  void notice(const std::string& text) override {
    put("notice", {{"text", text}});
  }

  void running(const std::vector<foreman::project_status>& projects) override {
    put("running", {{"projects", running_projects(projects)}});
  }

  void summary(const batch& all, std::chrono::duration<double> took,
               int exit_code) override {
    put("summary",
        {{"file", file()},
         {"projects", all.projects()},
         {"jobs", all.jobs()},
         {"succeeded", all.succeeded()},
         {"failed", all.failed()},
         {"cancelled", all.cancelled()},
         {"skipped_lines", all.skipped_lines()},
         {"dropped_lines", all.dropped_lines()},
         {"seconds", took.count()},
         {"exit_code", exit_code}});
  }

private:
  static void put(const char* event, json what) {
    what["event"] = event;
    // A project is UTF-8; what a program or a database says may be anything.
    print(what.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
  }
};

} // namespace

std::unique_ptr<display> make_json_lines(const std::string& file) {
  return std::make_unique<json_lines>(file);
}

} // namespace supervisor
