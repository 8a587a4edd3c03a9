#include <foreman/host_code.hpp>
#include <foreman/outcome.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <new>

namespace foreman {

namespace {

// Host code ended a thread that may be anybody's: one of CAF's, say, which
// nobody replaces. Rather loudly gone than silently stuck.
[[noreturn]] void end_process(host_role role) noexcept {
  try {
    log_to_stderr(log_level::error,
                  fmt::format("{} ended its thread, which is not its own; "
                              "nothing can go on",
                              to_string(role)));
  } catch (const std::bad_alloc&) {} // NOLINT(bugprone-empty-catch)
  std::abort();
}

} // namespace

host_code::host_code(parts given, const clock& time)
  : given_{std::move(given)},
    time_{&time},
    machine_{&time == &steady_clock()} {}

host_code::~host_code() = default;

// -- run-down -----------------------------------------------------------------

bool host_code::enter() const noexcept {
  under_way_.fetch_add(1);
  if (!closed_.load())
    return true;
  leave();
  return false;
}

void host_code::leave() const noexcept {
  under_way_.fetch_sub(1);
  if (!closed_.load())
    return;
  bool last = false;
  {
    const std::lock_guard guard{mutex_};
    if (last_one_destroys_ && under_way_.load() == 0)
      last = std::exchange(last_one_destroys_, false);
    left_.notify_all();
  }
  if (last)
    destroy_given();
}

std::uint64_t host_code::own_calls(host_role role) const noexcept {
  std::uint64_t result = 0;
  for (const auto* x = host_call::innermost(); x != nullptr; x = x->outer())
    if (x->system() == system_ && x->role() == role)
      ++result;
  return result;
}

void host_code::give_up(std::optional<time_point> until) noexcept {
  const auto own = own_calls(host_role::log) + own_calls(host_role::clock);
  closed_.store(true);
  {
    std::unique_lock guard{mutex_};
    const auto idle = [&] { return under_way_.load() <= own; };
    if (until)
      left_.wait_until(guard, *until, idle);
    else
      left_.wait(guard, idle);
    if (under_way_.load() != 0) {
      last_one_destroys_ = true;
      return;
    }
  }
  destroy_given();
}

void host_code::destroy_given() const noexcept {
  const host_call here{host_role::destructor, system_};
  given_ = parts{};
}

// -- calls --------------------------------------------------------------------

// g++ binds the reference to a forced unwind to null, which UBSan reports.
__attribute__((no_sanitize("null"))) void
host_code::log(log_level level, std::string_view text) const noexcept {
  if (!enter())
    return;
  const leaver leave{*this};
  if (!given_.log)
    return;
  const host_call here{host_role::log, system_};
  try {
    given_.log(level, text);
  } catch (const abi::__forced_unwind&) {
    end_process(host_role::log);
  } catch (...) {
    count_fault(host_role::log,
                "the log threw at the line \"" + std::string{text} + "\"");
  }
}

// g++ binds the reference to a forced unwind to null, which UBSan reports.
__attribute__((no_sanitize("null"))) clock::time_point
host_code::host_time() const noexcept {
  // A clock that asks the system, which asks the clock, would ask for ever.
  if (own_calls(host_role::clock) == 0 && enter()) {
    const leaver leave{*this};
    const host_call here{host_role::clock, system_};
    try {
      const auto result = time_->now();
      last_time_.store(result.time_since_epoch().count(),
                       std::memory_order_relaxed);
      return result;
    } catch (const abi::__forced_unwind&) {
      end_process(host_role::clock);
    } catch (...) {
      count_fault(host_role::clock, "the clock threw");
    }
  }
  return time_point{
    clock::duration{last_time_.load(std::memory_order_relaxed)}};
}

// -- faults -------------------------------------------------------------------

void host_code::count_fault(host_role role,
                            const std::string& who) const noexcept {
  if (faults_.at(static_cast<std::size_t>(role)).fetch_add(1) != 0)
    return;
  try {
    const auto text
      = fmt::format("{}: {}; what else of this kind throws is only counted",
                    who, error_of_current_exception("it threw").message());
    if (role == host_role::log)
      log_to_stderr(log_level::error, text);
    else
      log(log_level::error, text);
  } catch (const std::bad_alloc&) {} // NOLINT(bugprone-empty-catch)
}

callback_faults host_code::faults() const noexcept {
  const auto of = [this](host_role x) {
    return faults_.at(static_cast<std::size_t>(x)).load();
  };
  return {.listeners = of(host_role::listener),
          .log = of(host_role::log),
          .clock = of(host_role::clock)};
}

} // namespace foreman
