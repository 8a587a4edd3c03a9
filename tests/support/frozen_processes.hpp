#pragma once

#include "support/await.hpp"
#include "support/process_tree.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace foreman::test {

/// A process and all that descends from it, stopped while this lives.
class frozen_processes {
public:
  explicit frozen_processes(pid_t root) : ids_{root} {
    // A stopped process makes no children: when one is stopped, all that it
    // will have are there.
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const auto id = ids_[i];
      ::kill(id, SIGSTOP);
      if (!await([id] { return is_stopped(id); }))
        throw std::runtime_error{"a process does not stop"};
      const auto children = children_of(id);
      ids_.insert(ids_.end(), children.begin(), children.end());
    }
    // What is stopped does not even notice that its parent has died. Should
    // this process be killed, another thaws them.
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
      throw std::system_error{errno, std::generic_category(), "pipe2"};
    guard_ = fork();
    if (guard_ == 0) {
      dup2(ends[0], 0);
      close_range(1, ~0U, 0);
      char nothing = 0;
      (void) !read(0, &nothing, 1); // returns when the other end is closed
      wake();
      _exit(0);
    }
    ::close(ends[0]);
    holder_ = ends[1];
  }

  ~frozen_processes() {
    wake();
    ::close(holder_);
    waitpid(guard_, nullptr, 0);
  }

  frozen_processes(const frozen_processes&) = delete;
  frozen_processes& operator=(const frozen_processes&) = delete;

  /// Kills them all, as if at the same moment.
  void kill() const {
    for (const auto id : ids_)
      ::kill(id, SIGKILL);
  }

  /// Whether none of them is there any more, but for one that its parent has
  /// to wait for.
  bool have_ended() const {
    return std::all_of(ids_.begin(), ids_.end(),
                       [](pid_t id) { return process_facts{id}.has_ended(); });
  }

private:
  void wake() const {
    for (const auto id : ids_)
      ::kill(id, SIGCONT);
  }

  std::vector<pid_t> ids_;
  pid_t guard_ = 0;
  int holder_ = -1;
};

} // namespace foreman::test
