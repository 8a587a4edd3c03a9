#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace foreman::test {

/// What /proc says of a process or thread; `folder` is that of its own there.
struct process_facts {
  /// As ps shows it; 0 when there is none any more.
  char state = 0;
  pid_t parent = 0;

  explicit process_facts(const std::filesystem::path& folder) {
    std::ifstream in{folder / "stat"};
    // It may end while this is read, which an iterator would throw.
    std::string text;
    std::getline(in, text, '\0');
    // The name before these is in parentheses and may hold anything.
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos)
      return;
    state = text[name_end + 2];
    parent = std::stoi(text.substr(name_end + 4));
  }

  explicit process_facts(pid_t id)
    : process_facts{std::filesystem::path{"/proc"} / std::to_string(id)} {}

  bool has_ended() const noexcept {
    return state == 0 || state == 'Z' || state == 'X';
  }
};

/// The children of a process, as they are now.
inline std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> result;
  for (const auto& x : std::filesystem::directory_iterator{"/proc"}) {
    const auto name = x.path().filename().string();
    if (name.find_first_not_of("0123456789") == std::string::npos
        && process_facts{x.path()}.parent == parent)
      result.push_back(std::stoi(name));
  }
  return result;
}

/// Whether every thread of a process is stopped, or has ended.
inline bool is_stopped(pid_t id) {
  std::error_code gone;
  const auto threads
    = std::filesystem::path{"/proc"} / std::to_string(id) / "task";
  for (std::filesystem::directory_iterator at{threads, gone}, end;
       !gone && at != end; at.increment(gone)) {
    const process_facts thread{at->path()};
    if (thread.state != 'T' && !thread.has_ended())
      return false;
  }
  return true;
}

} // namespace foreman::test
