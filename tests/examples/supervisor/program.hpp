#pragma once

#include "support/catch.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreman::test {

/// The foreman-supervisor that was built, in a folder of its own.
class program {
public:
  /// A row as text, NULL as none.
  using row = std::vector<std::optional<std::string>>;

  const temporary_folder& folder() const noexcept {
    return folder_;
  }

  /// Runs `foreman-supervisor run --quiet` with `arguments`.
  process_result run(std::vector<std::string> arguments,
                     std::vector<std::string> environment = {}) const {
    arguments.insert(arguments.begin(), {"run", "--quiet"});
    const auto running = start(std::move(arguments), std::move(environment));
    running->end_input();
    return running->wait();
  }

  /// Starts `foreman-supervisor` with `arguments`.
  std::unique_ptr<running_process> start(std::vector<std::string> arguments,
                                         std::vector<std::string> environment
                                         = {}) const {
    arguments.insert(arguments.begin(), FOREMAN_SUPERVISOR);
    return std::make_unique<running_process>(
      std::move(arguments), folder_.path(), std::move(environment));
  }

  /// Starts a script of the shell in which `$S` is `foreman-supervisor`.
  std::unique_ptr<running_process> start_script(const std::string& text) const {
    return std::make_unique<running_process>(
      std::vector<std::string>{"/bin/sh", "-c",
                               "S=" FOREMAN_SUPERVISOR "; " + text},
      folder_.path());
  }

  /// Runs it, without input.
  process_result run_script(const std::string& text) const {
    const auto running = start_script(text);
    running->end_input();
    return running->wait();
  }

  /// Runs a job file with `content` on the default database.
  process_result run_jobs(std::string_view content) const {
    folder_.write("jobs.jsonl", content);
    return run({"jobs.jsonl"});
  }

  /// Runs jobs that must all succeed.
  void prepare(std::string_view jobs) const {
    const auto done = run_jobs(jobs);
    INFO(done.out << done.err);
    REQUIRE(done.exit_code == 0);
  }

  /// What a query gives on a database that the program wrote.
  std::vector<row> query(const std::string& text,
                         const std::string& file = "foreman.sqlite") const {
    soci::session session{soci::sqlite3, folder_ / file};
    // Not through soci::row: it guesses one type for a whole column.
    auto* handle
      = static_cast<soci::sqlite3_session_backend*>(session.get_backend())
          ->conn_;
    std::vector<row> result;
    const auto add = [](void* rows, int columns, char** values, char**) {
      row next;
      for (int i = 0; i < columns; ++i)
        next.push_back(values[i] == nullptr
                         ? std::nullopt
                         : std::optional<std::string>{values[i]});
      static_cast<std::vector<row>*>(rows)->push_back(std::move(next));
      return 0;
    };
    if (sqlite_api::sqlite3_exec(handle, text.c_str(), add, &result, nullptr)
        != SQLITE_OK)
      FAIL(text << ": " << sqlite_api::sqlite3_errmsg(handle));
    return result;
  }

private:
  temporary_folder folder_;
};

/// The summary without the time it took, which no test can know.
inline std::string without_time(const std::string& summary) {
  const auto comma = summary.find(", in ");
  const auto line_end = summary.find(" s\n", comma);
  if (comma == summary.npos || line_end == summary.npos)
    return summary;
  return summary.substr(0, comma) + summary.substr(line_end + 2);
}

} // namespace foreman::test
