#include "run.hpp"

#include "import_json_kind.hpp"
#include "sql_kind.hpp"
#include "summary.hpp"
#include "text_file.hpp"

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

using foreman::expected;

expected<foreman::system_options> options_for(const run_options& asked,
                                              const kind_table& kinds) {
  foreman::system_options result;
  result.workers = asked.workers;
  // The statements around a job's own are those of SQLite, see transaction.cpp.
  if (!asked.database.starts_with("sqlite:"))
    return foreman::error{
      foreman::errc::invalid_option,
      "--database names no SQLite database; allowed is sqlite:FILE"};
  auto connections = foreman::sql::connections_to(asked.database);
  if (!connections)
    return connections.error();
  result.connections.emplace(connection_name, *std::move(connections));
  for (const auto& x : kinds)
    if (auto ok = result.handlers.add(x.name, x.run); !ok)
      return ok.error();
  if (auto ok = validate(result); !ok)
    return ok.error();
  return result;
}

expected<std::filesystem::path> folder_of(const std::string& data) {
  std::error_code failed;
  auto result = std::filesystem::canonical(data, failed);
  if (!failed && std::filesystem::is_directory(result, failed))
    return result;
  return foreman::error{
    foreman::errc::invalid_option,
    fmt::format("--data is {}; allowed is a folder that is there",
                in_quotes(data))};
}

// So that a database that cannot be used is one error, not one for each job.
expected<void> open_once(const foreman::system_options& options) {
  const auto first = options.connections.at(connection_name)();
  return first->open(options.check.open_deadline);
}

summary run_all(foreman::system& fm, const std::string& file,
                const std::vector<job_line>& jobs) {
  std::vector<expected<foreman::ticket<void>>> tickets;
  tickets.reserve(jobs.size());
  for (const auto& job : jobs)
    tickets.push_back(fm.submit(job.project, job.what));
  summary result{file};
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto& ticket = tickets[i];
    if (!ticket) {
      result.add(jobs[i], {foreman::job_state::failed, ticket.error()});
      continue;
    }
    const auto done = ticket->wait();
    result.add(jobs[i],
               {ticket->state(), done ? foreman::error{} : done.error()});
  }
  return result;
}

// To a full disk, or a pipe that nobody reads, this fails only when the
// characters leave the program.
void print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
    throw std::system_error{errno, std::generic_category(),
                            "the summary cannot be written"};
}

int refuse(const foreman::error& why) {
  fmt::print(stderr, "foreman-supervisor: {}\n", why.message());
  return exit_bad_input;
}

} // namespace

int run(const run_options& asked) {
  const auto begin = std::chrono::steady_clock::now();
  const auto data = folder_of(asked.data);
  if (!data)
    return refuse(data.error());
  write_turn turn;
  const kind_table kinds{import_json_kind(*data, turn), sql_kind(turn)};
  auto options = options_for(asked, kinds);
  if (!options)
    return refuse(options.error());
  const auto content = read_file(asked.jobs);
  if (!content)
    return refuse(content.error());
  problems found;
  const auto jobs = read_jobs(asked.jobs, *content, kinds, found);
  for (const auto& x : found)
    fmt::print(stderr, "{}\n", x);
  if (!found.empty())
    return exit_bad_input;
  if (auto ok = open_once(*options); !ok)
    return refuse(ok.error());

  // The file is in memory anyway, so the queues may take all of it.
  options->max.total = std::max(options->max.total, jobs.size());
  options->max.per_project = options->max.total;
  foreman::system fm{*std::move(options)};
  try {
    const auto result = run_all(fm, asked.jobs, jobs);
    print(result.text(std::chrono::steady_clock::now() - begin));
    return result.all_succeeded() ? exit_all_succeeded : exit_some_failed;
  } catch (const std::exception& e) {
    // From here on jobs may have run: no bad input.
    refuse({foreman::errc::job_threw, e.what()});
    return exit_some_failed;
  }
}

} // namespace supervisor
