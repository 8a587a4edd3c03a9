#pragma once

#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <system_error>
#include <vector>

namespace foreman::test {

/// What a program left behind.
struct process_result {
  /// As a shell shows it: 128 and the signal's number for one that was killed.
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs a program in `folder` to its end, without a shell and without input.
/// `command` begins with the path of the program.
inline process_result run_process(std::vector<std::string> command,
                                  const std::filesystem::path& folder) {
  const auto require = [&](int failed) {
    if (failed != 0)
      throw std::system_error{failed, std::generic_category(), command.front()};
  };
  // Files, not pipes: nothing can fill up while we wait.
  const temporary_folder streams;
  struct redirection {
    redirection() {
      posix_spawn_file_actions_init(&actions);
    }

    redirection(const redirection&) = delete;
    redirection& operator=(const redirection&) = delete;

    ~redirection() {
      posix_spawn_file_actions_destroy(&actions);
    }

    posix_spawn_file_actions_t actions{};
  } to;
  const auto redirect = [&](int stream, const std::string& file, int mode) {
    require(posix_spawn_file_actions_addopen(&to.actions, stream, file.c_str(),
                                             mode, 0600));
  };
  redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
  redirect(STDOUT_FILENO, streams / "out", O_WRONLY | O_CREAT);
  redirect(STDERR_FILENO, streams / "err", O_WRONLY | O_CREAT);
  require(posix_spawn_file_actions_addchdir_np(&to.actions, folder.c_str()));

  std::vector<char*> argv;
  for (auto& argument : command)
    argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  require(posix_spawn(&child, argv.front(), &to.actions, nullptr, argv.data(),
                      environ));
  int status = 0;
  if (waitpid(child, &status, 0) != child)
    require(errno);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          content_of(streams / "out"), content_of(streams / "err")};
}

} // namespace foreman::test
