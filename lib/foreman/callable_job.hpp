#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>
#include <foreman/job.hpp>
#include <foreman/job_context.hpp>

#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

namespace foreman {

/// What can be submitted: anything that is called with a `job_context&` or
/// without an argument. Move-only callables, too.
template <class F>
concept job_callable = std::move_constructible<std::decay_t<F>> &&(
  std::invocable<std::decay_t<F>&,
                 job_context&> || std::invocable<std::decay_t<F>&>);

/// @cond

/// Calls a body with the context if it takes one. Constrained, so that clang
/// 14, which forms return types first, can drop what is no body, such as a
/// `named_job`, from the overloads of `submit`.
template <class F>
requires job_callable<F>
decltype(auto) call_body(F& body, job_context& context) {
  if constexpr (std::invocable<F&, job_context&>)
    return std::invoke(body, context);
  else
    return std::invoke(body);
}

namespace detail {

template <class R>
struct value_of {
  using type = std::remove_cvref_t<R>;
};

template <class T>
struct value_of<expected<T>> {
  using type = T;
};

// What says success or failure, and nothing else: no value.
template <class R>
inline constexpr bool is_verdict_v
  = std::is_same_v<
      R,
      error> || std::is_same_v<R, std::error_code> || std::is_same_v<R, std::error_condition> || std::is_error_code_enum_v<R> || std::is_error_condition_enum_v<R>;

template <class R>
requires is_verdict_v<R>
struct value_of<R> {
  using type = void;
};

// The failure that a body told by a code of another library, or none.
FOREMAN_EXPORT error failure_of(const std::error_code& code);
FOREMAN_EXPORT error failure_of(const std::error_condition& code);

// The failure that a body returned, or none.
template <class R>
error verdict_of(R result) {
  if constexpr (std::is_same_v<R, error>)
    return result;
  else if constexpr (std::is_same_v<R, errc>)
    return error{result};
  else if constexpr (std::is_error_code_enum_v<R>)
    return failure_of(std::error_code{result});
  else if constexpr (std::is_error_condition_enum_v<R>)
    return failure_of(std::error_condition{result});
  else
    return failure_of(result);
}

// An error that a body returned is a failure, also without a code.
inline error failure(error why) {
  return why ? std::move(why)
             : error{errc::job_failed,
                     "the body returned an error without a "
                     "code"};
}

} // namespace detail

/// @endcond

/// The type of the value that a body gives to its ticket: what it returns, or
/// the value of the `expected` that it returns.
///
/// Nothing for a body that returns a verdict instead of a value: an `error`, an
/// `errc`, a `std::error_code` or `std::error_condition`, or an enumeration
/// that the standard library takes for one, such as `std::errc`. It has failed
/// unless that means success: an `errc` or `error` with its own code, one of
/// another category with `job_failed`, and the category and text of that in the
/// message (`generic:2: No such file or directory`).
template <class F>
using body_value_t =
  typename detail::value_of<std::remove_cvref_t<decltype(call_body(
    std::declval<std::decay_t<F>&>(), std::declval<job_context&>()))>>::type;

/// @cond

/// Whether a callable says of itself that it is empty: a null function pointer
/// or an empty `std::function`.
template <class F>
bool is_empty_callable(const F& f) {
  if constexpr (std::is_pointer_v<F> || std::is_member_pointer_v<F>)
    return f == nullptr;
  else if constexpr (std::is_constructible_v<
                       bool,
                       const F&> && !std::is_convertible_v<const F&, bool>)
    return !static_cast<bool>(f);
  else
    return false;
}

/// The value of a job, from its end on: who may copy it, who may move it out.
/// Each ticket is a *holder*. Thread-safe.
template <class T>
class FOREMAN_EXPORT job_value {
  // Moving such a value leaves it as it was.
  static constexpr bool stays
    = std::is_trivially_copyable_v<T> && std::copy_constructible<T>;

public:
  /// Set before the job is published as `succeeded`, and only then read.
  template <class... Args>
  void emplace(Args&&... args) {
    value_.emplace(std::forward<Args>(args)...);
  }

  void hold() noexcept {
    if constexpr (!stays)
      holders_.fetch_add(1, std::memory_order_relaxed);
  }

  void let_go() noexcept {
    // Release: what this holder read was read before another one moves it.
    if constexpr (!stays)
      holders_.fetch_sub(1, std::memory_order_release);
  }

  /// A copy.
  expected<T> copy() const {
    if (taken())
      return error{errc::value_taken};
    return *value_;
  }

  /// The value itself for the only holder, a copy for one of several. What
  /// cannot be copied is for the first who comes.
  expected<T> take() {
    if constexpr (stays) {
      return *value_;
    } else {
      if constexpr (std::copy_constructible<T>)
        if (holders_.load(std::memory_order_acquire) != 1)
          return copy();
      if (taken_.exchange(true, std::memory_order_acq_rel))
        return error{errc::value_taken};
      return *std::move(value_);
    }
  }

private:
  bool taken() const noexcept {
    if constexpr (stays)
      return false;
    else
      return taken_.load(std::memory_order_acquire);
  }

  struct nothing {};
  template <class X>
  using if_moved = std::conditional_t<stays, nothing, X>;

  std::optional<T> value_;
  [[no_unique_address]] if_moved<std::atomic<std::uint32_t>> holders_{};
  [[no_unique_address]] if_moved<std::atomic<bool>> taken_{};
};

/// A job that ends with a value of type `T`.
template <class T>
class FOREMAN_EXPORT valued_job : public job {
public:
  job_value<T>& value() noexcept {
    return value_;
  }

private:
  job_value<T> value_;
};

template <>
class FOREMAN_EXPORT valued_job<void> : public job {};

/// A job whose body is a C++ callable.
template <class F, class T>
class callable_job final : public valued_job<T> {
public:
  explicit callable_job(F body) : body_{std::in_place, std::move(body)} {}

  error execute(job_context& context) override {
    using result_type
      = std::remove_cvref_t<decltype(call_body(*body_, context))>;
    if constexpr (detail::is_verdict_v<result_type>) {
      return detail::verdict_of<result_type>(call_body(*body_, context));
    } else if constexpr (is_expected_v<result_type>) {
      auto result = call_body(*body_, context);
      if (!result)
        return detail::failure(result.error());
      if constexpr (!std::is_void_v<T>)
        this->value().emplace(*std::move(result));
    } else if constexpr (std::is_void_v<T>) {
      call_body(*body_, context);
    } else {
      this->value().emplace(call_body(*body_, context));
    }
    return {};
  }

  void discard_body() noexcept override {
    body_.reset();
  }

  /// What was handed over, of a job that was rejected.
  F& body() noexcept {
    return *body_;
  }

private:
  std::optional<F> body_;
};

/// Makes a job of a callable, or says `empty_job`.
template <job_callable F>
expected<intrusive_ptr<valued_job<body_value_t<F>>>> make_job(F&& body) {
  using decayed = std::decay_t<F>;
  using value_type = body_value_t<F>;
  if (is_empty_callable<decayed>(body))
    return errc::empty_job;
  return intrusive_ptr<valued_job<value_type>>{
    make_intrusive<callable_job<decayed, value_type>>(std::forward<F>(body))};
}

/// @endcond

} // namespace foreman
