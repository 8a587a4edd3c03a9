#include <foreman/entry.hpp>
#include <foreman/host_call.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace foreman {

namespace {

thread_local const host_call* current_call = nullptr;

} // namespace

std::string_view to_string(host_role role) noexcept {
  static constexpr std::array<std::string_view, host_role_count + 1> names{
    "the body",  "a listener",   "a stop callback", "the log",
    "the clock", "a connection", "a destructor",    "host code"};
  return names[std::min<std::size_t>(static_cast<std::size_t>(role),
                                     host_role_count)];
}

host_call::host_call(host_role role, const job& about,
                     bool holds_place) noexcept
  : outer_{std::exchange(current_call, this)},
    about_{&about},
    home_{about.home().get()},
    role_{role},
    holds_place_{holds_place} {
  if (home_ != nullptr)
    system_ = &home_->shared();
}

host_call::host_call(host_role role, entry& home) noexcept
  : outer_{std::exchange(current_call, this)},
    system_{&home.shared()},
    home_{&home},
    role_{role} {}

host_call::host_call(host_role role, const shared_state* system) noexcept
  : outer_{std::exchange(current_call, this)}, system_{system}, role_{role} {}

host_call::host_call(const job& about, const job_context& context) noexcept
  : host_call{host_role::body, about, true} {
  context_ = &context;
}

host_call::~host_call() {
  current_call = outer_;
}

const host_call* host_call::innermost() noexcept {
  return current_call;
}

void host_call::forget() noexcept {
  current_call = nullptr;
}

std::string host_call::describe() const {
  if (home_ == nullptr)
    return std::string{to_string(role_)};
  if (about_ == nullptr)
    return fmt::format("{} of {}", to_string(role_), home_->project());
  return fmt::format("{} of job {} of {}", to_string(role_), about_->id().value,
                     home_->project());
}

error host_call::refusal_to(std::string_view what) const {
  return {errc::would_deadlock,
          fmt::format("{} would {}; what foreman calls must not wait: submit a "
                      "job that goes on, or tell a thread of yours",
                      describe(), what)};
}

} // namespace foreman
