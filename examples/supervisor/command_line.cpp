#include "command_line.hpp"

#include "exit_codes.hpp"
#include "identifier.hpp"
#include "kinds_of_jobs.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <string_view>
#include <system_error>

namespace supervisor {

namespace {

constexpr const char* footer
  = "A line of JOBS is {\"project\": \"...\", \"kind\": \"...\", "
    "\"payload\": {...}}. Jobs of\n"
    "one project run one after another, in the order of the lines; projects "
    "run side by\n"
    "side. `foreman-supervisor kinds` shows the kinds and their payloads.\n\n"
    "SIGINT, SIGTERM or SIGHUP ends the run when its jobs have finished "
    "(--drain), a\n"
    "second one cancels them, a third one aborts. SIGUSR1 prints {project: "
    "running} as\n"
    "JSON.\n\n"
    "Exit codes: 0 all jobs succeeded; 1 some did not (they are listed), a "
    "line was\n"
    "skipped or dropped, or the summary could not be written; 2 bad input or "
    "options,\n"
    "nothing was started but what came before a bad line with --follow.";

// Digits only: CLI11 would take 0x10 and 1e3, too.
template <class Number>
CLI::Option* add_number(CLI::App& to, const std::string& name, Number& value,
                        std::uint64_t min, std::uint64_t max,
                        const std::string& what,
                        const std::string& description) {
  return to.add_option_function<std::string>(
    name,
    [=, &value](const std::string& text) {
      std::uint64_t number = 0;
      const auto* const end = text.data() + text.size();
      const auto [stop, failed] = std::from_chars(text.data(), end, number);
      if (failed != std::errc{} || stop != end || number < min || number > max)
        throw CLI::ValidationError{
          name,
          fmt::format("{} is no number of {}; allowed are {} to {}", text, what,
                      min, max)};
      value = Number(number);
    },
    description);
}

void add_database(run_options& to, const std::string& text) {
  auto database = read_database(text);
  if (!database)
    throw CLI::ValidationError{database.error().message()};
  std::vector<std::string> names{database->name};
  for (const auto& x : to.databases)
    names.push_back(x.name);
  // The variables of their passwords have one case only.
  if (!repeated_identifier(names).empty())
    throw CLI::ValidationError{
      fmt::format("--database names {} twice; allowed is NAME=STRING with "
                  "a name for each, and case does not matter",
                  database->name)};
  to.databases.push_back(*std::move(database));
}

void add_password_file(run_options& to, const std::string& text) {
  const auto end = text.find('=');
  const auto name = end == std::string::npos ? "main" : text.substr(0, end);
  const auto file = end == std::string::npos ? text : text.substr(end + 1);
  if (!is_identifier(name) || file.empty())
    throw CLI::ValidationError{"--password-file",
                               "allowed is NAME=FILE, NAME that of a database"};
  if (!to.password_files.emplace(name, file).second)
    throw CLI::ValidationError{
      "--password-file", fmt::format("{} has two files; allowed is one", name)};
}

void add_run_options(CLI::App& run, run_options& options) {
  run
    .add_option("JOBS", options.jobs,
                "the job file, JSON lines, or - for standard input; checked as "
                "a whole before anything starts")
    ->required();
  run
    .add_flag("--follow", options.follow,
              "start jobs as their lines arrive, until the input ends")
    ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  run.add_flag("--keep-going", options.keep_going,
               "skip bad lines and say which");
  add_number(run, "--workers", options.workers, 1, 65'536, "workers",
             "threads that run jobs, 1 to 65536 [20]")
    ->type_name("N");
  run
    .add_option_function<std::vector<std::string>>(
      "--database",
      [&options](const std::vector<std::string>& texts) {
        for (const auto& x : texts)
          add_database(options, x);
      },
      "a database: sqlite:FILE (made when it is missing), mariadb:KEY=VALUE "
      "... or postgresql:KEY=VALUE ...; once for each, with names; jobs that "
      "name none work on the first [main=sqlite:foreman.sqlite]")
    ->type_name("[NAME=]STRING")
    ->expected(1)
    ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run
    .add_option_function<std::vector<std::string>>(
      "--password-file",
      [&options](const std::vector<std::string>& texts) {
        for (const auto& x : texts)
          add_password_file(options, x);
      },
      "a file whose first line is the password of a database; without it, the "
      "environment variable FOREMAN_PASSWORD_NAME, such as "
      "FOREMAN_PASSWORD_MAIN")
    ->type_name("[NAME=]FILE")
    ->expected(1)
    ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run
    .add_option("--data", options.data,
                "the folder from which import-json reads, and in which "
                "commands run")
    ->type_name("DIR")
    ->capture_default_str();
  run
    .add_option("--logs", options.logs,
                "the folder for the output of commands, a file for each job")
    ->type_name("DIR")
    ->capture_default_str();
  add_number(run, "--log-limit", options.log_limit, 0, 1'000'000'000'000,
             "bytes", "the size of each of these files, at most [10000000]")
    ->type_name("BYTES");
  add_number(run, "--drain", options.drain, 0, 31'536'000, "seconds",
             "how long jobs may finish after SIGINT or SIGTERM [60]")
    ->type_name("SECONDS");
  auto* const json = run.add_flag_callback(
    "--json", [&options] { options.display = display_kind::json; },
    "a JSON line for each event, for machines");
  auto* const plain = run.add_flag_callback(
    "--plain", [&options] { options.display = display_kind::plain; },
    "a line for each event, also on a terminal");
  run
    .add_flag_callback(
      "--quiet", [&options] { options.display = display_kind::quiet; },
      "the summary only")
    ->excludes(json)
    ->excludes(plain);
  plain->excludes(json);
}

} // namespace

command_line read_command_line(int argc, const char* const* argv) {
  run_options options;
  CLI::App app{"Runs the jobs of a file, project by project, on foreman.",
               "foreman-supervisor"};
  app.footer(footer);
  app.failure_message([](const CLI::App*, const CLI::Error& e) {
    return fmt::format("foreman-supervisor: {}; see --help\n", e.what());
  });
  app.set_version_flag("--version",
                       "foreman-supervisor " FOREMAN_SUPERVISOR_VERSION);
  app.require_subcommand(1);
  auto* run = app.add_subcommand("run", "Runs all jobs of a file and ends.");
  run->footer(footer);
  add_run_options(*run, options);
  auto* kinds = app.add_subcommand(
    "kinds", "Prints the kinds of jobs, with JSON Schemas of their payloads.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // CLI11 has an exit code for each of its errors; ours are documented.
    return {{}, app.exit(e) == 0 ? exit_all_succeeded : exit_bad_input};
  }
  if (kinds->parsed()) {
    std::cout << describe_kinds() << std::endl;
    return {{}, std::cout ? exit_all_succeeded : exit_some_failed};
  }
  return {options, exit_all_succeeded};
}

} // namespace supervisor
