#include "display.hpp"

#include "standard_streams.hpp"
#include "text.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace supervisor {

display::display(std::string file) : file_{std::move(file)} {}

display::~display() = default;

void display::admitted(const job_line&, foreman::job_id) {}

void display::started(const open_job&, const batch&) {}

void display::ended(const ended_job&, const batch&) {}

void display::complaints(const problems& found) {
  for (const auto& x : found)
    say_error(x);
}

void display::log(foreman::log_level level, const std::string& text) {
  foreman::log_to_stderr(level, on_one_line(text));
}

void display::notice(const std::string& text) {
  say_error("foreman-supervisor: " + text);
}

void display::running(const std::vector<foreman::project_status>& projects) {
  print(running_projects(projects).dump() + "\n");
}

std::optional<std::chrono::milliseconds> display::interval() const {
  return std::nullopt;
}

void display::draw(const std::vector<foreman::project_status>&, const batch&) {}

void display::summary(const batch& all, std::chrono::duration<double> took,
                      int) {
  print(summary_text(all, file(), took));
}

namespace {

class summary_only final : public display {
public:
  explicit summary_only(const std::string& file) : display{file} {}
};

// Whether standard output understands how to move its cursor.
bool is_live() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && terminal != nullptr
    && std::string_view{terminal} != "dumb" && *terminal != '\0';
}

} // namespace

std::unique_ptr<display> make_display(display_kind asked,
                                      const std::string& file) {
  switch (asked) {
    case display_kind::json:
      return make_json_lines(file);
    case display_kind::quiet:
      return std::make_unique<summary_only>(file);
    case display_kind::automatic:
      if (is_live())
        return make_live_table(file);
      [[fallthrough]];
    default:
      return make_plain_lines(file);
  }
}

} // namespace supervisor
