#include "display.hpp"
#include "standard_streams.hpp"
#include "text.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace supervisor {

namespace {

using steady = std::chrono::steady_clock;

struct window {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

// Asked anew for each table, as it may be resized.
window size_of_terminal() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0
      || size.ws_row == 0)
    return {};
  return {size.ws_col, size.ws_row};
}

// The length in characters. Wide ones count as one: the terminal cuts a line
// that is too long.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(
    std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

// `text` as exactly `width` characters: with blanks, or cut with a mark.
std::string fitted(std::string text, std::size_t width) {
  const auto length = length_of(text);
  if (length <= width)
    return text + std::string(width - length, ' ');
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end)
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80
        && ++seen == width)
      break;
  return text.substr(0, end) + "…";
}

// A table of what runs and waits, at the bottom of the terminal. What does not
// go away is printed above it: jobs that did not succeed, and what is said.
class live_table final : public display {
public:
  explicit live_table(const std::string& file) : display{file} {}

  ~live_table() override {
    try {
      erase();
    } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
      // The terminal is gone, and the table with it.
    }
  }

  void ended(const ended_job& job, const batch&) override {
    if (job.how.state == foreman::job_state::succeeded)
      return;
    erase();
    print(
      fmt::format("{}: {}\n", place_of(file(), job.line), failure_text(job)));
  }

  void complaints(const problems& found) override {
    erase();
    display::complaints(found);
  }

  void log(foreman::log_level level, const std::string& text) override {
    erase();
    display::log(level, text);
  }

  void notice(const std::string& text) override {
    erase();
    display::notice(text);
  }

  void running(const std::vector<foreman::project_status>& projects) override {
    erase();
    display::running(projects);
  }

  std::optional<std::chrono::milliseconds> interval() const override {
    return std::chrono::milliseconds{250};
  }

  void draw(const std::vector<foreman::project_status>& projects,
            const batch& all) override {
    const auto size = size_of_terminal();
    // A table, its head, the counts, and the line below them.
    const auto room = size.rows > 4 ? size.rows - 4 : 0;
    auto lines = rows_of(projects, all, size, room);
    if (projects.size() > room)
      lines.push_back(
        fmt::format("… and {} more projects", projects.size() - room));
    lines.push_back(fmt::format("{}/{} done, {} failed, {} running, {} waiting",
                                all.done(), all.jobs(), all.failed(),
                                all.running(), all.waiting()));
    // Without wrapping, so that a line is a line whatever is in it.
    auto text = to_the_top() + "\x1b[?7l";
    for (const auto& x : lines)
      text += fitted(x, std::min(length_of(x), size.columns)) + "\x1b[K\n";
    text += "\x1b[?7h\x1b[J";
    drawn_ = lines.size();
    print(text);
  }

  void summary(const batch& all, std::chrono::duration<double> took,
               int exit_code) override {
    erase();
    display::summary(all, took, exit_code);
  }

private:
  static std::string state_of(const foreman::project_status& x) {
    if (!x.deferred_for.empty())
      return "needs " + x.deferred_for;
    return x.running ? "running" : "waiting";
  }

  static std::vector<std::string>
  rows_of(const std::vector<foreman::project_status>& projects,
          const batch& all, const window& size, std::size_t room) {
    // The state, the queue, and a blank after each column.
    constexpr std::size_t others = 14 + 7;
    const auto shown = std::min(projects.size(), room);
    std::size_t width = std::string_view{"PROJECT"}.size();
    for (std::size_t i = 0; i < shown; ++i)
      width = std::max(width, length_of(projects[i].project));
    // The last column, the job, gets what the first leaves of the terminal.
    width = std::min(width,
                     size.columns > others + 8
                       ? std::max<std::size_t>((size.columns - others) / 2, 8)
                       : 8);
    std::vector<std::string> result;
    if (shown > 0)
      result.push_back(fmt::format("{} {} {} {}", fitted("PROJECT", width),
                                   fitted("STATE", 13), "QUEUED", "JOB"));
    for (std::size_t i = 0; i < shown; ++i)
      result.push_back(fmt::format(
        "{} {} {:6} {}", fitted(on_one_line(projects[i].project), width),
        fitted(state_of(projects[i]), 13), projects[i].queued,
        job_of(projects[i], all)));
    return result;
  }

  // Which job runs, and for how long. The table is a moment younger than what
  // the batch was told.
  static std::string job_of(const foreman::project_status& x,
                            const batch& all) {
    const auto at = all.open().find(x.running_job);
    if (at == all.open().end())
      return {};
    const auto& job = at->second;
    const auto since
      = job.started ? steady::now() - *job.started : steady::duration{};
    return fmt::format(
      "{} line {}, {} s", job.kind, job.line,
      std::chrono::duration_cast<std::chrono::seconds>(since).count());
  }

  std::string to_the_top() const {
    return drawn_ == 0 ? "" : fmt::format("\r\x1b[{}A", drawn_);
  }

  void erase() {
    if (drawn_ == 0)
      return;
    print(to_the_top() + "\x1b[J");
    drawn_ = 0;
  }

  std::size_t drawn_ = 0; // lines of the table that is there
};

} // namespace

std::unique_ptr<display> make_live_table(const std::string& file) {
  return std::make_unique<live_table>(file);
}

} // namespace supervisor
