#include "command_line.hpp"
#include "run.hpp"
#include "signals.hpp"
#include "standard_streams.hpp"

#include <exception>
#include <string>

int main(int argc, char* argv[]) {
  supervisor::fill_closed_streams();
  supervisor::settle_signals();
  try {
    const auto asked = supervisor::read_command_line(argc, argv);
    return asked.options ? supervisor::run(*asked.options) : asked.exit_code;
  } catch (const std::exception& e) {
    // What foreman refuses at its start, such as more threads than there are.
    supervisor::say_error(std::string{"foreman-supervisor: "} + e.what());
    return supervisor::exit_bad_input;
  }
}
