#pragma once

#include <foreman/check_options.hpp>
#include <foreman/clock.hpp>
#include <foreman/error.hpp>
#include <foreman/export.hpp>

#include <cstdint>
#include <memory>
#include <string_view>

namespace foreman {

class endpoint;

/// What becomes of a job while a connection that it needs cannot be had.
enum class unavailable_policy : std::uint8_t {
  /// It keeps its place at the head of its project, which waits; no attempt is
  /// counted and no worker held. Fails after `check_options::max_deferral`.
  defer,
  /// It fails with `connection_unavailable`.
  fail,
  /// It runs all the same; asking for the connection throws.
  run_anyway,
};

/// Returns the name of `policy` as written in the source.
FOREMAN_EXPORT std::string_view to_string(unavailable_policy policy) noexcept;

/// @cond

/// What a check came to.
struct FOREMAN_EXPORT check_verdict {
  enum class kind : std::uint8_t {
    passed,
    /// Others are being opened; the endpoint is not known to be down.
    busy,
    /// `connection_unavailable`, with the reason.
    unavailable,
    /// The same, as the budget of the job was used up: nothing is known of the
    /// endpoint.
    out_of_time,
    /// `connection_misconfigured`, with the reason.
    misconfigured,
  };

  kind what = kind::passed;
  error why;
  /// Whose connection did not pass; null if all did.
  std::shared_ptr<endpoint> where;

  explicit operator bool() const noexcept {
    return what == kind::passed;
  }
};

/// What a worker does with the job whose connections were checked.
enum class check_consequence : std::uint8_t { begin, defer, fail };

/// Applies the policy of a job that has been deferred for `waited`.
FOREMAN_EXPORT check_consequence
consequence_of(check_verdict::kind what, unavailable_policy policy,
               clock::duration waited, const check_options& options) noexcept;

/// @endcond

} // namespace foreman
