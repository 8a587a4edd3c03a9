#pragma once

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

namespace foreman::test {

/// Runs a program in `folder` on a terminal of that size, to its end, and
/// returns all that it printed there. Call it while this process has one
/// thread.
inline std::string run_on_terminal(std::vector<std::string> command,
                                   const std::filesystem::path& folder,
                                   unsigned short columns, unsigned short rows,
                                   const char* type = "xterm") {
  winsize size{};
  size.ws_col = columns;
  size.ws_row = rows;
  int terminal = -1;
  const auto child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0)
    throw std::system_error{errno, std::generic_category(), "forkpty"};
  if (child == 0) {
    setenv("TERM", type, 1);
    std::vector<char*> argv;
    for (auto& x : command)
      argv.push_back(x.data());
    argv.push_back(nullptr);
    if (chdir(folder.c_str()) == 0)
      execv(argv.front(), argv.data());
    _exit(127);
  }
  std::string result;
  std::array<char, 4096> buffer;
  // At its end the terminal gives an error, not nothing.
  for (ssize_t length = 0;
       (length = read(terminal, buffer.data(), buffer.size())) > 0;)
    result.append(buffer.data(), static_cast<std::size_t>(length));
  close(terminal);
  waitpid(child, nullptr, 0);
  return result;
}

} // namespace foreman::test
