#pragma once

#include "batch.hpp"

#include <foreman/project_status.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace supervisor {

/// How a run shows what it does.
enum class display_kind : std::uint8_t {
  /// A live table on a terminal, else plain lines.
  automatic,
  plain,
  json,
  quiet,
};

/// Shows what a run does, as it happens, on standard output. What is wrong goes
/// to standard error, unless one reader shall get all. Throws
/// `std::system_error` if standard output cannot be written.
class display {
public:
  virtual ~display();

  virtual void admitted(const job_line& what, foreman::job_id id);

  virtual void started(const open_job& job, const batch& all);

  virtual void ended(const ended_job& job, const batch& all);

  /// What is wrong with the input, a line of text each.
  virtual void complaints(const problems& found);

  virtual void log(foreman::log_level level, const std::string& text);

  /// What happens to the run, such as a drain: a line of text.
  virtual void notice(const std::string& text);

  /// Which projects run, as SIGUSR1 asks.
  virtual void running(const std::vector<foreman::project_status>& projects);

  /// How often `draw` is to be called; none: never.
  virtual std::optional<std::chrono::milliseconds> interval() const;

  virtual void draw(const std::vector<foreman::project_status>& projects,
                    const batch& all);

  /// The last call, when all is over.
  virtual void summary(const batch& all, std::chrono::duration<double> took,
                       int exit_code);

protected:
  /// `file` is what the input is called.
  explicit display(std::string file);

  const std::string& file() const noexcept {
    return file_;
  }

private:
  std::string file_;
};

/// Makes the display that was asked for; `file` is what the input is called.
/// `automatic` looks at standard output.
std::unique_ptr<display> make_display(display_kind asked,
                                      const std::string& file);

std::unique_ptr<display> make_plain_lines(const std::string& file);
std::unique_ptr<display> make_json_lines(const std::string& file);
std::unique_ptr<display> make_live_table(const std::string& file);

} // namespace supervisor
