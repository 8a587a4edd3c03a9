// The command line of the supervisor program; arguments end at zero bytes.

#include "property.hpp"

#include <foreman/sql/database.hpp>

#include <supervisor/command_line.hpp>
#include <supervisor/exit_codes.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using foreman::fuzz::require;

namespace {

// What is printed while it lives.
class captured {
public:
  explicit captured(std::ostream& stream)
    : stream_{stream}, before_{stream.rdbuf(text_.rdbuf())} {}

  ~captured() {
    stream_.rdbuf(before_);
  }

  captured(const captured&) = delete;
  captured& operator=(const captured&) = delete;

  std::string text() const {
    return text_.str();
  }

private:
  std::ostream& stream_;
  std::ostringstream text_;
  std::streambuf* before_;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> result{"foreman-supervisor"};
  while (!text.empty()) {
    const auto argument = text.substr(0, text.find('\0'));
    result.emplace_back(argument);
    text.remove_prefix(std::min(argument.size() + 1, text.size()));
  }
  return result;
}

void check_run(const supervisor::run_options& options,
               const std::vector<std::string>& arguments) {
  const auto given = [&arguments](const std::string& value) {
    return std::any_of(
      arguments.begin(), arguments.end(),
      [&value](const std::string& x) { return x.ends_with(value); });
  };
  require(std::find(arguments.begin(), arguments.end(), "run")
            != arguments.end(),
          "nothing runs that was not asked to");
  require(given(options.jobs), "the job file is one that was given",
          options.jobs);
  require(options.workers == 20
            || std::any_of(
              arguments.begin(), arguments.end(),
              [&options](const std::string& x) {
                const auto digits = x.find_last_not_of("0123456789") + 1;
                std::size_t number = 0;
                std::from_chars(x.data() + digits, x.data() + x.size(), number);
                return digits < x.size() && number == options.workers;
              }),
          "the number of workers is one that was given",
          std::to_string(options.workers));
  for (const auto& x : options.databases) {
    require(given(x.address), "a database is one that was given", x.address);
    require(!foreman::sql::holds_password(x.address),
            "no password stands in a command line");
  }
  for (const auto& [name, file] : options.password_files)
    require(given(file), "a file with a password is one that was given", file);
  require(options.data == "." || given(options.data),
          "the folder is one that was given", options.data);
  require(options.logs == "foreman-logs" || given(options.logs),
          "the folder for logs is one that was given", options.logs);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto arguments = split({reinterpret_cast<const char*>(data), size});
  std::vector<const char*> argv;
  for (const auto& x : arguments)
    argv.push_back(x.c_str());
  supervisor::command_line asked;
  std::string out;
  std::string err;
  {
    const captured standard_output{std::cout};
    const captured standard_error{std::cerr};
    asked = supervisor::read_command_line(static_cast<int>(argv.size()),
                                          argv.data());
    out = standard_output.text();
    err = standard_error.text();
  }
  if (asked.options) {
    require(out.empty() && err.empty(), "a good command line is silent");
    check_run(*asked.options, arguments);
  } else if (asked.exit_code == supervisor::exit_all_succeeded) {
    require(!out.empty() && err.empty(), "help goes to standard output", err);
  } else {
    require(asked.exit_code == supervisor::exit_bad_input && out.empty()
              && err.starts_with("foreman-supervisor: ")
              && err.ends_with("; see --help\n"),
            "a bad command line is exit code 2 and an error", err);
  }
  return 0;
}
