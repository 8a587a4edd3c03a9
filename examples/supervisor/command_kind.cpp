#include "command_kind.hpp"

#include "job_log.hpp"
#include "password.hpp"
#include "process_group.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

namespace fs = std::filesystem;

using steady = std::chrono::steady_clock;

// Between SIGTERM and SIGKILL.
constexpr std::chrono::seconds grace{5};

// How much of what a program wrote to its standard error an outcome shows.
constexpr std::size_t tail_size = 1024;

[[noreturn]] void fail(const std::string& why) {
  throw std::runtime_error{why};
}

// -- the payload --------------------------------------------------------------

bool has_zero_byte(const std::string& text) {
  return text.find('\0') != std::string::npos;
}

void check_command(const json& list, const std::string& path, problems& found) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto name = in_quotes(fmt::format("{}[{}]", path, i));
    if (!list[i].is_string())
      found.push_back(
        fmt::format("{} is {}; allowed is a string", name, type_of(list[i])));
    else if (has_zero_byte(list[i].get_ref<const std::string&>()))
      found.push_back(fmt::format("{} holds a zero byte, which no argument "
                                  "can; allowed is text",
                                  name));
  }
  if (list[0] == "")
    found.push_back(
      fmt::format("{} is empty; needed is a program", in_quotes(path + "[0]")));
}

void check_directory(const json& value, const std::string& path,
                     problems& found) {
  if (const auto& text = value.get_ref<const std::string&>();
      text.empty() || has_zero_byte(text))
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
    if (!value.is_string()
        || has_zero_byte(value.get_ref<const std::string&>()))
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

// Those of this process, but for the passwords of databases, and those of the
// payload.
std::vector<std::string> environment_of(const json& payload) {
  std::map<std::string, std::string> variables;
  for (auto* const* at = environ; *at != nullptr; ++at) {
    const std::string_view text{*at};
    if (!text.starts_with(password_prefix))
      variables[std::string{text.substr(0, text.find('='))}]
        = text.substr(std::min(text.find('='), text.size() - 1) + 1);
  }
  const auto added = payload.value("environment", json::object());
  for (const auto& [name, value] : added.items())
    variables[name] = value;
  std::vector<std::string> result;
  for (const auto& [name, value] : variables)
    result.push_back(fmt::format("{}={}", name, value));
  return result;
}

program_call call_of(const json& payload, const fs::path& data) {
  program_call result;
  result.arguments = payload["command"].get<std::vector<std::string>>();
  result.environment = environment_of(payload);
  result.directory = data / payload.value("directory", ".");
  std::error_code failed;
  if (!fs::is_directory(result.directory, failed))
    fail(fmt::format("{} is no folder; the program runs in \"directory\", "
                     "which counts from --data",
                     result.directory.string()));
  const auto& name = result.arguments.front();
  const auto program = find_program(name, result.environment);
  if (!program)
    fail(fmt::format("there is no program {} in PATH; install it, or give its "
                     "path",
                     in_quotes(name)));
  result.program = *program;
  return result;
}

// A project may hold any character.
fs::path log_of(const foreman::job_context& job, const fs::path& folder) {
  auto project = job.project().substr(0, 64);
  for (auto& c : project)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9') || c == '-' || c == '.'))
      c = '_';
  return folder / fmt::format("{}-{}.log", to_string(job.id()), project);
}

// A descriptor that becomes readable when a job is asked to stop.
class stop_event {
public:
  explicit stop_event(const foreman::job_context& job)
    : event_{eventfd(0, EFD_CLOEXEC)},
      callback_{job.stop_token(), set{event_.number()}} {}

  int number() const noexcept {
    return event_.number();
  }

private:
  struct set {
    int event;

    void operator()() const noexcept {
      (void) eventfd_write(event, 1);
    }
  };

  descriptor event_;
  std::stop_callback<set> callback_;
};

// One run of a program.
class command_run {
public:
  command_run(const foreman::job_context& job, const program_call& what,
              const json& payload, job_log& log)
    : stop_{job}, log_{log}, started_{steady::now()}, program_{what} {
    if (const auto at = payload.find("timeout_seconds"); at != payload.end())
      timeout_ = std::chrono::duration_cast<steady::duration>(
        std::chrono::duration<double>{at->get<double>()});
  }

  // Returns when all that it started has ended and all that it wrote is read.
  program_end wait() {
    while (!step())
      ;
    // The writers are gone, so what is in the pipes is the rest.
    while (take_output() || take_errors())
      ;
    return program_.wait();
  }

  bool stopped() const noexcept {
    return stopped_;
  }

  bool late() const noexcept {
    return late_;
  }

  // The end of what it wrote to its standard error.
  const std::string& tail() const noexcept {
    return tail_;
  }

private:
  // Waits for the next thing to happen; returns whether the program has ended.
  bool step() {
    std::array<pollfd, 4> sources{
      {{program_.ended(), POLLIN, 0},
       {output_done_ ? -1 : program_.output(), POLLIN, 0},
       {errors_done_ ? -1 : program_.errors(), POLLIN, 0},
       {ending() ? -1 : stop_.number(), POLLIN, 0}}};
    const int ready = poll(sources.data(), sources.size(), wait_time());
    if (ready < 0)
      return false; // a signal; none is handled on this thread
    if (sources[1].revents != 0)
      output_done_ = !take_output();
    if (sources[2].revents != 0)
      errors_done_ = !take_errors();
    if (sources[3].revents != 0) {
      stopped_ = true;
      ask_to_end();
    }
    if (deadline() <= steady::now()) {
      if (ending()) {
        program_.kill();
        kill_at_.reset();
        killed_ = true;
      } else {
        late_ = true;
        ask_to_end();
      }
    }
    return sources[0].revents != 0;
  }

  bool ending() const noexcept {
    return stopped_ || late_;
  }

  void ask_to_end() {
    program_.ask_to_end();
    kill_at_ = steady::now() + grace;
  }

  steady::time_point deadline() const {
    if (killed_)
      return steady::time_point::max();
    if (kill_at_)
      return *kill_at_;
    return timeout_ ? started_ + *timeout_ : steady::time_point::max();
  }

  // As poll takes it, rounded up: one that wakes too early only loops.
  int wait_time() const {
    const auto until = deadline();
    if (until == steady::time_point::max())
      return -1;
    const auto left
      = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
    return static_cast<int>(
      std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
  }

  bool take_output() {
    return take(program_.output(), [](std::string_view) {});
  }

  bool take_errors() {
    return take(program_.errors(), [this](std::string_view text) {
      tail_ += text;
      if (tail_.size() > tail_size)
        tail_.erase(0, tail_.size() - tail_size);
    });
  }

  // Returns whether there was anything.
  template <class Also>
  bool take(int from, Also also) {
    std::array<char, 65'536> buffer;
    const auto length = read(from, buffer.data(), buffer.size());
    if (length <= 0)
      return false;
    const std::string_view text{buffer.data(),
                                static_cast<std::size_t>(length)};
    log_.write(text);
    also(text);
    return true;
  }

  stop_event stop_;
  job_log& log_;
  steady::time_point started_;
  std::optional<steady::duration> timeout_;
  std::optional<steady::time_point> kill_at_;
  bool stopped_ = false;
  bool late_ = false;
  bool killed_ = false;
  bool output_done_ = false;
  bool errors_done_ = false;
  std::string tail_;
  process_group program_;
};

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
  job_log log{log_of(job, settings.logs), settings.log_limit};
  command_run program{job, call, payload, log};
  const auto end = program.wait();
  if (program.stopped())
    throw foreman::stopped{};
  if (program.late())
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
