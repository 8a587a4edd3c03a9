#pragma once

#include <cstddef>

namespace foreman::test {

/// While it lives, this process gets no more than `more` further threads at a
/// time, whoever asks: `pthread_create` of this program, which all libraries
/// call as well, then says that there are none. One at a time.
class thread_limit {
public:
  explicit thread_limit(std::size_t more) noexcept;
  ~thread_limit();
  thread_limit(const thread_limit&) = delete;
  thread_limit& operator=(const thread_limit&) = delete;

  /// How often a thread was refused.
  std::size_t refusals() const noexcept;

  /// How many threads that were made since the program began have not ended.
  static std::size_t threads() noexcept;
};

} // namespace foreman::test
