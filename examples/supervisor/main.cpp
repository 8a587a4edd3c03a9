#include "command_line.hpp"
#include "run.hpp"
#include "signals.hpp"

#include <foreman/error.hpp>

#include <fmt/format.h>

#include <exception>

int main(int argc, char* argv[]) {
  supervisor::ignore_early_signals();
  try {
    const auto asked = supervisor::read_command_line(argc, argv);
    return asked.options ? supervisor::run(*asked.options) : asked.exit_code;
  } catch (const std::exception& e) {
    // What foreman refuses at its start, such as more threads than there are.
    fmt::print(stderr, "foreman-supervisor: {}\n", e.what());
    return supervisor::exit_bad_input;
  }
}
