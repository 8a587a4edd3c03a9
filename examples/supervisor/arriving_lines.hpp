#pragma once

#include "descriptor.hpp"

#include <foreman/expected.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace supervisor {

/// The lines of a file, a pipe or a terminal as they arrive.
class arriving_lines {
public:
  /// A line is 16 MB at most.
  static constexpr std::size_t max_line = 16'000'000;

  /// `-` is standard input. `invalid_option` if the file cannot be opened.
  static foreman::expected<arriving_lines> of(const std::string& file);

  /// Reads what is there; blocks if nothing is. An error ends the input.
  foreman::expected<void> read();

  /// The next complete line; the last one may lack its newline. The error is
  /// that a line is too long; once, as soon as that is known, and what is left
  /// of it is skipped.
  std::optional<foreman::expected<std::string>> next();

  /// Whether all has been read.
  bool ended() const noexcept {
    return ended_;
  }

  /// Ends the input with what has been read so far.
  void end() noexcept {
    ended_ = true;
  }

  /// Readable while there is something to read.
  int number() const noexcept {
    return from_.number();
  }

private:
  arriving_lines(std::string name, descriptor from);

  std::string name_;
  descriptor from_;
  std::string read_;
  std::size_t taken_ = 0; // bytes of it that have been taken
  std::size_t seen_ = 0;  // bytes of it in which no newline is to be found
  bool skips_ = false;    // it begins within a line that was too long
  bool ended_ = false;
};

} // namespace supervisor
