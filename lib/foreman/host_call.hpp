#pragma once

#include <foreman/error.hpp>
#include <foreman/export.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace foreman {

class entry;
class job;
class job_context;
struct shared_state;

/// What foreman calls a piece of the host's code for.
enum class host_role : std::uint8_t {
  /// The body of a job: may wait, with a deadline. All others must not.
  body,
  /// A function given to `on_finish`.
  listener,
  /// A callback of a job's stop token.
  stop_callback,
  /// `system_options::log`.
  log,
  /// `system_options::time`.
  clock,
  /// A function of a connection.
  connection,
  /// The destructor of something of the host's.
  destructor,
};

inline constexpr std::size_t host_role_count = 7;

/// What a role is called in a message.
FOREMAN_EXPORT std::string_view to_string(host_role role) noexcept;

/// Says, while it lives, that this thread runs a piece of the host's code for
/// foreman, so that what must not happen there is refused by name: a wait, a
/// drain; and so that a system that is destroyed there does not wait for what
/// cannot end before that code returns. One inside another, as the code nests.
///
/// No lock of foreman's is held while one lives.
class FOREMAN_EXPORT host_call {
public:
  /// For `about`. `holds_place`: the books count it as open until this ends.
  host_call(host_role role, const job& about,
            bool holds_place = false) noexcept;

  /// For a project, whose next job begins no sooner than this ends.
  host_call(host_role role, entry& home) noexcept;

  /// For a system; null if there is none to name.
  host_call(host_role role, const shared_state* system) noexcept;

  /// The body of a job.
  host_call(const job& about, const job_context& context) noexcept;

  ~host_call();
  host_call(const host_call&) = delete;
  host_call& operator=(const host_call&) = delete;

  /// What this thread runs; null if it runs nothing for foreman.
  static const host_call* innermost() noexcept;

  /// For this thread, nothing runs any more: it is that of a forked child.
  static void forget() noexcept;

  /// The innermost one, if it must not wait for anything of foreman's: all but
  /// a body, which may with a deadline.
  static const host_call* that_must_not_wait() noexcept {
    const auto* here = innermost();
    return here != nullptr && here->role() != host_role::body ? here : nullptr;
  }

  /// What was running when this began; null if nothing was.
  const host_call* outer() const noexcept {
    return outer_;
  }

  host_role role() const noexcept {
    return role_;
  }

  /// The body's; null for all else.
  const job_context* context() const noexcept {
    return context_;
  }

  const shared_state* system() const noexcept {
    return system_;
  }

  /// The project that this is for; null if it is for none.
  entry* home() const noexcept {
    return home_;
  }

  bool holds_place() const noexcept {
    return holds_place_;
  }

  /// The job that begins on this thread when this returns, and not before; null
  /// if there is none.
  job* next() const noexcept {
    return next_;
  }

  void set_next(job* x) noexcept {
    next_ = x;
  }

  /// What runs here, as a message names it: "a listener of job 3 of p".
  std::string describe() const;

  /// `would_deadlock`: it would do `what`.
  error refusal_to(std::string_view what) const;

private:
  const host_call* outer_;
  const shared_state* system_ = nullptr;
  const job* about_ = nullptr;
  entry* home_ = nullptr;
  const job_context* context_ = nullptr;
  job* next_ = nullptr;
  host_role role_;
  bool holds_place_ = false;
};

} // namespace foreman
