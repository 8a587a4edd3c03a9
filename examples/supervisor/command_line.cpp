#include "command_line.hpp"

#include "exit_codes.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace supervisor {

namespace {

constexpr const char* footer
  = "A line of JOBS is {\"project\": \"...\", \"kind\": \"...\", "
    "\"payload\": {...}}. Jobs of\n"
    "one project run one after another, in the order of the lines; projects "
    "run side by\n"
    "side. The kinds are sql and import-json, see "
    "examples/supervisor/README.md.\n\n"
    "Exit codes: 0 all jobs succeeded; 1 some did not, they are listed; 2 bad "
    "input or\n"
    "options, nothing was started.";

// Digits only: what is a number but no count of workers is foreman's to judge.
std::string to_number(const std::string& text, std::size_t& number) {
  const auto* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed == std::errc{} && stop == end && !text.empty())
    return {};
  return text + " is no number of workers; allowed are 1 to 65536";
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
  app.require_subcommand(1);
  auto* run = app.add_subcommand("run", "Runs all jobs of a file and ends.");
  run->footer(footer);
  run
    ->add_option("JOBS", options.jobs,
                 "the job file, JSON lines; checked as a whole before anything "
                 "starts")
    ->required();
  run
    ->add_option_function<std::string>(
      "--workers",
      [&options](const std::string& text) {
        if (const auto wrong = to_number(text, options.workers); !wrong.empty())
          throw CLI::ValidationError{"--workers", wrong};
      },
      "threads that run jobs, 1 to 65536 [20]")
    ->type_name("N");
  run
    ->add_option("--database", options.database,
                 "the database that all jobs work on, made when it is missing")
    ->type_name("sqlite:FILE")
    ->capture_default_str();
  run
    ->add_option("--data", options.data,
                 "the folder from which import-json reads its files")
    ->type_name("DIR")
    ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // CLI11 has an exit code for each of its errors; ours are documented.
    return {{}, app.exit(e) == 0 ? exit_all_succeeded : exit_bad_input};
  }
  return {options, exit_all_succeeded};
}

} // namespace supervisor
