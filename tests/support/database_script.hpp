#pragma once

#include "support/database_address.hpp"
#include "support/process.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace foreman::test {

/// The path of the script of a kind of server, in tests/databases.
inline std::string database_script(database_kind kind) {
  return std::string{FOREMAN_DATABASE_SCRIPTS} + "/" + to_string(kind) + ".sh";
}

/// Runs a command of that script to its end and returns what it printed,
/// without the last end of line. Throws when it fails.
inline std::string run_database_script(database_kind kind,
                                       std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), database_script(kind));
  auto done = run_process(arguments, "/");
  if (done.exit_code != 0)
    throw std::runtime_error{database_script(kind) + " " + arguments[1]
                             + " failed: " + done.out + done.err};
  if (!done.out.empty() && done.out.back() == '\n')
    done.out.pop_back();
  return std::move(done.out);
}

} // namespace foreman::test
