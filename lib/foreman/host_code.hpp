#pragma once

#include <foreman/callback_faults.hpp>
#include <foreman/clock.hpp>
#include <foreman/connection.hpp>
#include <foreman/export.hpp>
#include <foreman/host_call.hpp>
#include <foreman/kinds.hpp>
#include <foreman/log.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace foreman {

/// What a system has of its host's code, and the one way to it: what it throws
/// is contained, logged once and counted, and it is there until `give_up`, as a
/// whole, and not after. Thread-safe. No lock is held while the host's code
/// runs.
///
/// As a clock it is the host's, as long as that may be read.
class FOREMAN_EXPORT host_code final : public clock {
public:
  struct parts {
    log_function log;
    kinds handlers;
    connection_factories connections;
  };

  /// `time` must live until `give_up` has returned.
  explicit host_code(parts given = {}, const clock& time = steady_clock());
  ~host_code() override;
  host_code(const host_code&) = delete;
  host_code& operator=(const host_code&) = delete;

  /// Whose it is: said before anybody else sees it.
  void belongs_to(const shared_state& system) noexcept {
    system_ = &system;
  }

  /// Logs, until it was given up. A line that the host's function throws at is
  /// lost; the first one goes to standard error. A function that ends its
  /// thread ends the process, by name: it may be any thread.
  void log(log_level level, std::string_view text) const noexcept;

  /// The host's time; the last reading when there is none any more, when it
  /// throws, or within a call of the host's clock.
  time_point now() const noexcept override {
    return machine_ ? std::chrono::steady_clock::now() : host_time();
  }

  /// What there is, for those who know that it is there: members of the system.
  const parts& given() const noexcept {
    return given_;
  }

  /// Calls `f` with what there is, and returns whether it is still there.
  template <class F>
  bool use(const F& f) const {
    if (!enter())
      return false;
    const leaver leave{*this};
    f(given_);
    return true;
  }

  /// In a handler of an exception: `who`, by name, threw it.
  void count_fault(host_role role, const std::string& who) const noexcept;

  callback_faults faults() const noexcept;

  /// Destroys all that is the host's, on this thread; nothing of it is called
  /// any more. Waits for calls under way on other threads, until `until` if
  /// that is given. What still runs then, or on this very thread, goes when its
  /// call returns.
  void give_up(std::optional<time_point> until) noexcept;

private:
  struct leaver {
    const host_code& from;

    ~leaver() {
      from.leave();
    }
  };

  bool enter() const noexcept;

  void leave() const noexcept;

  time_point host_time() const noexcept;

  // Calls under way on this thread.
  std::uint64_t own_calls(host_role role) const noexcept;

  // After the last use: destroys what was given.
  void destroy_given() const noexcept;

  mutable parts given_; // constant until it is destroyed
  const clock* time_;
  const bool machine_;
  const shared_state* system_ = nullptr;
  mutable std::atomic<time_point::rep> last_time_{0};
  mutable std::array<std::atomic<std::uint64_t>, host_role_count> faults_{};

  // A run-down: who enters says so before he looks whether it is closed, and
  // who closes says so before he looks who is in (both sequentially
  // consistent).
  mutable std::atomic<std::uint64_t> under_way_{0};
  std::atomic<bool> closed_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable left_;
  mutable bool last_one_destroys_ = false;
};

} // namespace foreman
