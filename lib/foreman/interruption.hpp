#pragma once

#include <foreman/connection_set.hpp>
#include <foreman/export.hpp>
#include <foreman/job.hpp>

#include <atomic>
#include <optional>
#include <stop_token>
#include <thread>

namespace foreman {

/// Interrupts what a body does on its connections when its job is asked to
/// stop. One for each body, around it; free for a body that uses no connection
/// that can be interrupted.
///
/// Whoever asks for the stop does not wait: a thread of its own interrupts, as
/// a server that is dead may use up the deadline of each connection.
class FOREMAN_EXPORT interruption {
public:
  interruption(job& which, connection_set& connections) noexcept
    : job_{which}, connections_{connections} {}

  ~interruption() {
    (void) end();
  }

  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;

  /// The body works with those of `connections` from now on. The body's thread.
  void watch(connection_mask connections);

  /// The body has ended: nothing is interrupted from now on. Waits for an
  /// interrupt that is under way, so that it hits nobody else: however long it
  /// takes, as it must not outlive its connection, which must be closed before
  /// the outcome is published, lest locks are held after it. Returns whether
  /// there was one, done or not. The body's thread.
  bool end() noexcept;

private:
  struct on_stop {
    void operator()() const noexcept {
      to->begin();
    }

    interruption* to;
  };

  // Called by whoever asks for the stop.
  void begin() noexcept;

  void interrupt() noexcept;

  job& job_;
  connection_set& connections_;
  std::atomic<connection_mask> watched_{0};
  // Written by the thread that interrupts, read when it has ended.
  connection_mask interrupted_ = 0;
  connection_mask over_ = 0;
  // Written in the callback, read when that is gone.
  std::thread thread_;
  std::optional<std::stop_callback<on_stop>> callback_;
};

} // namespace foreman
