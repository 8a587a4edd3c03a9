#pragma once

#include <foreman/callable_job.hpp>
#include <foreman/ticket.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace foreman {

/// @cond

/// Moves a callable back to where it was moved from. By assignment if it has
/// one that cannot throw. Lambdas that capture have none: what is left of it is
/// destroyed and made anew in its place, which needs a move that cannot throw,
/// so that there is always one. What has neither stays where it is.
template <class F>
void give_back(F& to, F& from) noexcept {
  if constexpr (std::is_nothrow_move_assignable_v<F>) {
    to = std::move(from);
  } else if constexpr (std::is_nothrow_move_constructible_v<F>) {
    std::destroy_at(&to);
    std::construct_at(&to, std::move(from));
  }
}

/// Offers a callable as a job: asks `consider` first, without a job, and then
/// `submit` with one. Whatever comes of it, an rvalue that was rejected is what
/// it was: it is not touched before `consider` has agreed, and is moved back if
/// another one came first (see `give_back`) or memory ran out.
template <job_callable F, class Consider, class Submit>
expected<ticket<body_value_t<F>>>
submit_callable(F&& body, const Consider& consider, const Submit& submit) {
  using decayed = std::decay_t<F>;
  using value_type = body_value_t<F>;
  constexpr bool is_moved
    = std::is_same_v<std::remove_reference_t<F>, decayed> // neither const, nor
    && !std::is_lvalue_reference_v<F>;                    // a copy
  if (is_empty_callable<decayed>(body))
    return errc::empty_job;
  if (auto ok = consider(); !ok)
    return std::move(ok).error();
  auto made
    = make_intrusive<callable_job<decayed, value_type>>(std::forward<F>(body));
  const auto undo = [&]() noexcept {
    if constexpr (is_moved)
      give_back(body, made->body());
  };
  expected<void> verdict;
  try {
    verdict = submit(job_ptr{made});
  } catch (...) {
    undo(); // no memory
    throw;
  }
  if (!verdict) {
    undo();
    return std::move(verdict).error();
  }
  return ticket<value_type>{std::move(made)};
}

/// @endcond

} // namespace foreman
