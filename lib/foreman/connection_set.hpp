#pragma once

#include <foreman/checked_connection.hpp>
#include <foreman/connection_needs.hpp>
#include <foreman/endpoints.hpp>
#include <foreman/export.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace foreman {

/// All connections of one worker, in the order of their endpoints. Used by the
/// worker's thread only.
class FOREMAN_EXPORT connection_set {
public:
  connection_set() = default;

  /// Makes one connection from each factory, none of them open yet. Throws
  /// `exception` if a factory makes none, and what a factory throws.
  connection_set(const connection_factories& factories, const endpoints& ends);

  bool empty() const noexcept {
    return connections_.empty();
  }

  /// The next check is for a job of `project`.
  void serve(std::string_view project) noexcept;

  /// Checks those of `needed`, within the budget of a job. Returns the first
  /// failure; goes on behind it if `all_the_same`, so that a job gets what can
  /// be had.
  check_verdict check(connection_mask needed, bool all_the_same);

  /// A job that had those of `needed` has ended. Returns why one is dead, if
  /// that was found out.
  std::optional<error> used(connection_mask needed, bool job_succeeded);

  /// Where `which`, one of these, stands in a mask.
  connection_mask bit_of(const checked_connection& which) const noexcept;

  /// Interrupts what a job does with those of `which`. Returns those with which
  /// that is over. Another thread, while the job runs.
  connection_mask interrupt(connection_mask which) noexcept;

  /// The job that is about to end was interrupted on those of `which`; with
  /// those of `over` that is over. The worker's thread.
  void interrupted(connection_mask which, connection_mask over) noexcept;

  /// The worker is about to be idle.
  void offer() noexcept;

  /// Returns the one called `name`, if it is of `needed`, or null.
  checked_connection* find(std::string_view name,
                           connection_mask needed) noexcept;

  /// Counts a job that was not begun, or begun without its connection.
  void count(check_consequence what, const endpoint& where) noexcept;

private:
  // Calls `f` for those of `needed` until it returns true.
  template <class F>
  void find_if(connection_mask needed, const F& f);

  std::vector<checked_connection> connections_;
};

} // namespace foreman
