#pragma once

#include <foreman/export.hpp>

#include <cstdint>

namespace foreman {

/// How often code of the host's that foreman called threw an exception, other
/// than a body, whose job has failed, or a connection, whose check has. Each
/// was contained; the first one of a kind was logged.
struct FOREMAN_EXPORT callback_faults {
  /// Functions given to `ticket::on_finish`.
  std::uint64_t listeners = 0;
  /// `system_options::log`: so many lines went nowhere.
  std::uint64_t log = 0;
  /// `system_options::time`: so many readings were taken for the last one.
  std::uint64_t clock = 0;

  /// Whether all numbers are the same.
  friend bool operator==(const callback_faults&, const callback_faults&)
    = default;
};

} // namespace foreman
