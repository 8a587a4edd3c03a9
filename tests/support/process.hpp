#pragma once

#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace foreman::test {

/// What a program left behind.
struct process_result {
  /// As a shell shows it: 128 and the signal's number for one that was killed.
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// A program that runs in `folder`, without a shell. It is killed with this
/// object if it has not ended.
class running_process {
public:
  /// `command` begins with the path of the program; `environment` are variables
  /// beside ours.
  running_process(std::vector<std::string> command,
                  const std::filesystem::path& folder,
                  std::vector<std::string> environment = {}) {
    int input[2];
    require(pipe2(input, O_CLOEXEC) == 0 ? 0 : errno, command.front());
    input_ = input[1];
    struct file_actions {
      file_actions() {
        posix_spawn_file_actions_init(&list);
      }

      file_actions(const file_actions&) = delete;
      file_actions& operator=(const file_actions&) = delete;

      ~file_actions() {
        posix_spawn_file_actions_destroy(&list);
      }

      posix_spawn_file_actions_t list{};
    } to;
    posix_spawn_file_actions_adddup2(&to.list, input[0], STDIN_FILENO);
    // Files, not pipes: nothing can fill up while nobody looks.
    const auto redirect = [&](int stream, const std::string& file) {
      posix_spawn_file_actions_addopen(&to.list, stream, file.c_str(),
                                       O_WRONLY | O_CREAT | O_APPEND, 0600);
    };
    redirect(STDOUT_FILENO, streams_ / "out");
    redirect(STDERR_FILENO, streams_ / "err");
    posix_spawn_file_actions_addchdir_np(&to.list, folder.c_str());
    const auto pointers_to = [](std::vector<std::string>& texts) {
      std::vector<char*> result;
      for (auto& x : texts)
        result.push_back(x.data());
      result.push_back(nullptr);
      return result;
    };
    for (auto* const* at = environ; *at != nullptr; ++at)
      environment.emplace_back(*at); // the first of a name counts
    const int failed = posix_spawn(&id_, command.front().c_str(), &to.list,
                                   nullptr, pointers_to(command).data(),
                                   pointers_to(environment).data());
    ::close(input[0]);
    require(failed, command.front());
  }

  ~running_process() {
    end_input();
    if (id_ == 0)
      return;
    ::kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
  }

  running_process(const running_process&) = delete;
  running_process& operator=(const running_process&) = delete;

  pid_t id() const noexcept {
    return id_;
  }

  void signal(int number) const {
    ::kill(id_, number);
  }

  /// Gives it something to read.
  void write(std::string_view text) const {
    require(::write(input_, text.data(), text.size())
                == static_cast<ssize_t>(text.size())
              ? 0
              : errno,
            "its input");
  }

  void end_input() {
    if (input_ >= 0)
      ::close(std::exchange(input_, -1));
  }

  /// What it has written so far.
  std::string out() const {
    return content_of(streams_ / "out");
  }

  std::string err() const {
    return content_of(streams_ / "err");
  }

  process_result wait() {
    int status = 0;
    if (waitpid(id_, &status, 0) != id_)
      require(errno, "waiting for it");
    id_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            out(), err()};
  }

private:
  static void require(int failed, const std::string& what) {
    if (failed != 0)
      throw std::system_error{failed, std::generic_category(), what};
  }

  temporary_folder streams_;
  int input_ = -1;
  pid_t id_ = 0;
};

/// Runs a program to its end, without input.
inline process_result run_process(std::vector<std::string> command,
                                  const std::filesystem::path& folder,
                                  std::vector<std::string> environment = {}) {
  running_process running{std::move(command), folder, std::move(environment)};
  running.end_input();
  return running.wait();
}

} // namespace foreman::test
