#include "command_kind.hpp"

#include "command_run.hpp"
#include "find_program.hpp"
#include "job_log.hpp"
#include "password.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

namespace fs = std::filesystem;

using steady = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& why) {
  throw std::runtime_error{why};
}

// -- the payload --------------------------------------------------------------

void check_command(const json& list, const std::string& path, problems& found) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto name = in_quotes(fmt::format("{}[{}]", path, i));
    if (!list[i].is_string())
      found.push_back(
        fmt::format("{} is {}; allowed is a string", name, type_of(list[i])));
    else if (holds_zero_byte(list[i]))
      found.push_back(fmt::format("{} holds a zero byte, which no argument "
                                  "can; allowed is text",
                                  name));
  }
  if (list[0].is_string() && list[0].get_ref<const std::string&>().empty())
    found.push_back(
      fmt::format("{} is empty; needed is a program", in_quotes(path + "[0]")));
}

void check_directory(const json& value, const std::string& path,
                     problems& found) {
  if (value.get_ref<const std::string&>().empty() || holds_zero_byte(value))
    found.push_back(fmt::format("{} is {}; allowed is a folder, relative to "
                                "--data",
                                in_quotes(path), value.dump()));
}

void check_environment(const json& variables, const std::string& path,
                       problems& found) {
  for (const auto& [name, value] : variables.items()) {
    const auto shown = in_quotes(path_of(path, name));
    if (name.empty()
        || name.find_first_of(std::string_view{"=\0", 2}) != std::string::npos)
      found.push_back(fmt::format("{} is no name of a variable; allowed is "
                                  "text without = in it",
                                  shown));
    if (!value.is_string() || holds_zero_byte(value))
      found.push_back(fmt::format("{} is {}; allowed is a string without zero "
                                  "bytes",
                                  shown, type_of(value)));
  }
}

field_list payload_fields() {
  return {
    {"command",
     {{"type", "array"},
      {"description", "a program and its arguments; no shell reads them"},
      {"items", {{"type", "string"}}},
      {"minItems", 1}},
     true,
     "an array of strings",
     check_command},
    {"directory",
     {{"type", "string"},
      {"description", "where it runs, relative to --data; default: there"}},
     false,
     {},
     check_directory},
    {"environment",
     {{"type", "object"},
      {"description", "variables beside those of the supervisor"},
      {"additionalProperties", {{"type", "string"}}}},
     false,
     {},
     check_environment},
    {"timeout_seconds",
     {{"type", "number"},
      {"description", "when it is ended; default: never"},
      {"minimum", 0.001},
      {"maximum", 31'536'000}}}};
}

// -- the job ------------------------------------------------------------------

using variables = std::map<std::string, std::string>;

// Those of this process, but for the passwords of databases, and those of the
// payload.
variables environment_of(const json& payload) {
  variables result;
  for (auto* const* at = environ; *at != nullptr; ++at) {
    const std::string_view text{*at};
    const auto end = text.find('=');
    if (end != std::string_view::npos && !text.starts_with(password_prefix))
      result[std::string{text.substr(0, end)}] = text.substr(end + 1);
  }
  const auto added = payload.value("environment", json::object());
  for (const auto& [name, value] : added.items())
    result[name] = value;
  return result;
}

std::string program_of(const std::string& name, const variables& environment,
                       const fs::path& directory) {
  const auto path = environment.find("PATH");
  const auto result = find_program(
    name,
    path == environment.end() ? "/usr/local/bin:/usr/bin:/bin" : path->second,
    directory);
  if (!result)
    fail(fmt::format("there is no program {} in PATH; install it, or give its "
                     "path",
                     in_quotes(name)));
  return *result;
}

program_call call_of(const json& payload, const fs::path& data) {
  program_call result;
  result.directory = data / payload.value("directory", ".");
  std::error_code failed;
  if (!fs::is_directory(result.directory, failed))
    fail(fmt::format("{} is no folder; the program runs in \"directory\", "
                     "which counts from --data",
                     result.directory.string()));
  result.arguments = payload["command"].get<std::vector<std::string>>();
  const auto environment = environment_of(payload);
  result.program
    = program_of(result.arguments.front(), environment, result.directory);
  result.environment.reserve(environment.size());
  for (const auto& [name, value] : environment)
    result.environment.push_back(fmt::format("{}={}", name, value));
  return result;
}

std::optional<steady::duration> timeout_of(const json& payload) {
  const auto at = payload.find("timeout_seconds");
  if (at == payload.end())
    return std::nullopt;
  return std::chrono::duration_cast<steady::duration>(
    std::chrono::duration<double>{at->get<double>()});
}

// The name of a job's log. A project may hold any character.
std::string log_name(const foreman::job_context& job) {
  auto project = job.project().substr(0, 64);
  for (auto& c : project)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9') || c == '-' || c == '.'))
      c = '_';
  return fmt::format("{}-{}", to_string(job.id()), project);
}

std::string text_of(const program_end& end) {
  switch (end.how) {
    case program_end::what::exited:
      return fmt::format("ended with exit code {}", end.number);
    case program_end::what::killed:
      return fmt::format("was ended by signal {} ({})", end.number,
                         strsignal(end.number));
    case program_end::what::not_started:
      return fmt::format("could not be started: {}",
                         std::generic_category().message(end.number));
    default:
      return "was lost: the process that kept it was killed";
  }
}

// The log last: whoever looks for more finds it at the end of the line.
std::string complaint(const json& payload, const std::string& how,
                      const std::string& tail, const job_log& log) {
  auto result = fmt::format("{} {}", payload["command"][0].dump(), how);
  if (const auto end = tail.find_last_not_of(" \t\r\n");
      end != std::string::npos)
    result += fmt::format("; standard error ends: {}",
                          in_quotes(tail.substr(0, end + 1)));
  return result + fmt::format("; log {}", log.file().string());
}

void run(const foreman::job_context& job, const json& payload,
         const command_settings& settings) {
  const auto call = call_of(payload, settings.data);
  job_log log{settings.logs, log_name(job), settings.log_limit};
  command_run program{call, job.stop_token(), timeout_of(payload), log};
  const auto end = program.wait();
  if (program.why_ended() == command_run::ending::stopped)
    throw foreman::stopped{};
  if (program.why_ended() == command_run::ending::late)
    fail(complaint(payload,
                   fmt::format("took longer than {} s and was ended",
                               payload["timeout_seconds"].dump()),
                   program.tail(), log));
  if (end.how != program_end::what::exited || end.number != 0)
    fail(complaint(payload, text_of(end), program.tail(), log));
  if (!log.failure().empty())
    fail(complaint(payload,
                   "succeeded, but not all that it wrote could be kept: "
                     + log.failure(),
                   {}, log));
}

} // namespace

kind command_kind(command_settings settings) {
  return {"command",
          "Runs a program without a shell, in a process group that ends with "
          "it.",
          payload_fields(),
          {},
          [](const json&) { return foreman::connection_needs::none(); },
          [settings = std::move(settings)](foreman::job_context& job,
                                           const std::string& payload) {
            run(job, json::parse(payload), settings);
            return foreman::expected<void>{};
          }};
}

} // namespace supervisor
