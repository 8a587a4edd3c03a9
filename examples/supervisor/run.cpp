#include "run.hpp"

#include "kinds_of_jobs.hpp"
#include "password.hpp"
#include "run_loop.hpp"
#include "signals.hpp"
#include "standard_streams.hpp"
#include "text_file.hpp"

#include <foreman/system.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

using foreman::expected;

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

expected<void> read_databases(const run_options& asked, database_list& to) {
  auto named = asked.databases;
  if (named.empty())
    named.push_back({"main", "sqlite:foreman.sqlite"});
  for (const auto& x : named) {
    const auto password = password_of(x.name, asked.password_files);
    if (!password)
      return password.error();
    if (auto ok = add(to, x, *password); !ok)
      return ok.error();
  }
  for (const auto& [name, file] : asked.password_files)
    if (find(to, name) == nullptr)
      return foreman::error{
        foreman::errc::invalid_option,
        fmt::format("--password-file is for {}, which --database does not "
                    "name",
                    name)};
  return {};
}

expected<foreman::system_options>
options_for(const run_options& asked, const database_list& databases,
            const kind_table& kinds, inbox& told) {
  foreman::system_options result;
  result.workers = asked.workers;
  for (const auto& x : databases)
    result.connections.emplace(x.name, x.connections);
  for (const auto& x : kinds) {
    const auto run
      = [&told, run = x.run](foreman::job_context& job,
                             const std::string& payload) -> expected<void> {
      told.post(job_started{job.id()});
      try {
        return run(job, payload);
      } catch (const std::runtime_error& e) {
        // Written for people: the name of its type says nothing to them.
        return foreman::error{foreman::errc::job_failed, e.what()};
      }
    };
    if (auto ok = result.handlers.add(x.name, run); !ok)
      return ok.error();
  }
  result.log_failures = false; // the display shows each job
  result.log = [&told](foreman::log_level level, std::string_view text) {
    told.post(log_line{level, std::string{text}});
  };
  if (auto ok = validate(result); !ok)
    return ok.error();
  return result;
}

// So that a database that cannot be used is one error, not one for each job.
expected<void> open_once(const foreman::system_options& options,
                         const std::string& name) {
  const auto first = options.connections.at(name)();
  return first->open(options.check.open_deadline);
}

// Those that were asked for, and those that jobs need.
std::set<std::string> needed_databases(const run_options& asked,
                                       const job_file& read) {
  std::set<std::string> result;
  for (const auto& x : asked.databases)
    result.insert(x.name);
  for (const auto& x : read.jobs)
    result.insert(x.needs.names().begin(), x.needs.names().end());
  return result;
}

int refuse(const std::string& why) {
  say_error("foreman-supervisor: " + why);
  return exit_bad_input;
}

// What is to be run: all of it, or where it comes from.
struct input {
  job_file read;
  std::optional<arriving_lines> arriving;
};

expected<input> input_of(const run_options& asked, const kind_table& kinds) {
  input result;
  if (asked.follow) {
    auto opened = arriving_lines::of(asked.jobs);
    if (!opened)
      return opened.error();
    result.arriving = *std::move(opened);
    return result;
  }
  const auto from = open_input(asked.jobs);
  if (!from)
    return from.error();
  const auto content = read_all(*from, asked.jobs);
  if (!content)
    return content.error();
  result.read = read_jobs(asked.jobs, *content, kinds);
  return result;
}

int exit_code_of(const run_loop& loop) {
  if (loop.bad_input())
    return exit_bad_input;
  const auto& jobs = loop.jobs();
  return jobs.succeeded() == jobs.jobs() && jobs.skipped_lines() == 0
      && jobs.dropped_lines() == 0
    ? exit_all_succeeded
    : exit_some_failed;
}

// Shows what is left to say, and returns the exit code.
int conclude(run_loop& loop, std::chrono::duration<double> took) {
  const auto code = exit_code_of(loop);
  loop.show([&](display& x) { x.summary(loop.jobs(), took, code); });
  if (loop.display_failure().empty())
    return code;
  refuse(loop.display_failure());
  return std::max(code, exit_some_failed);
}

} // namespace

int run(const run_options& asked) {
  const auto begin = std::chrono::steady_clock::now();
  const auto data = folder_of(asked.data);
  if (!data)
    return refuse(data.error().message());
  database_list databases;
  if (auto ok = read_databases(asked, databases); !ok)
    return refuse(ok.error().message());
  const auto kinds = kinds_of_jobs(
    {*data, std::filesystem::absolute(asked.logs), asked.log_limit}, databases);
  inbox told;
  auto options = options_for(asked, databases, kinds, told);
  if (!options)
    return refuse(options.error().message());

  const auto shown = make_display(asked.display, asked.jobs);
  auto input = input_of(asked, kinds);
  if (!input)
    return refuse(input.error().message());
  auto& read = input->read;
  if (!read.found.empty() && (read.jobs.empty() || !asked.keep_going)) {
    shown->complaints(read.found);
    return exit_bad_input;
  }
  for (const auto& name : needed_databases(asked, read))
    if (auto ok = open_once(*options, name); !ok)
      return refuse(
        fmt::format("--database of {}: {}", name, ok.error().message()));

  // A file is in memory anyway, so the queues may take all of it; a project
  // alone may fill them.
  options->max.total = std::max(options->max.total, read.jobs.size());
  options->max.per_project = options->max.total;
  const signals heard{told};
  auto fm = std::make_unique<foreman::system>(*std::move(options));
  run_loop loop{{kinds, *shown, told, *fm}, asked.drain};
  loop.submit(std::exchange(read, {})); // foreman keeps the jobs
  if (input->arriving)
    loop.follow(*std::exchange(input->arriving, {}), asked.jobs,
                asked.keep_going);
  loop.run();
  const auto took = std::chrono::steady_clock::now() - begin;
  if (loop.left() > 0) {
    // Threads of jobs that do not end still use what is here.
    const auto code = conclude(loop, took);
    std::_Exit(code);
  }
  fm.reset(); // it has its last words
  loop.hear();
  return conclude(loop, took);
}

} // namespace supervisor
