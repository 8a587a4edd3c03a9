#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>
#include <foreman/job.hpp>
#include <foreman/job_context.hpp>

#include <concepts>
#include <functional>
#include <optional>
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

template <>
struct value_of<error> {
  using type = void;
};

// An error that a body returned is a failure, also without a code.
inline error failure(error why) {
  return why ? std::move(why)
             : error{errc::job_threw,
                     "the body returned an error without a "
                     "code"};
}

} // namespace detail

/// @endcond

/// The type of the value that a body gives to its ticket: what it returns, or
/// the value of the `expected` that it returns; nothing for a body that returns
/// an `error`, which fails unless it is `ok`.
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

/// A job that ends with a value of type `T`.
template <class T>
class FOREMAN_EXPORT valued_job : public job {
public:
  /// Set before the job is published as `succeeded`, and only then read.
  std::optional<T>& value() noexcept {
    return value_;
  }

private:
  std::optional<T> value_;
};

template <>
class FOREMAN_EXPORT valued_job<void> : public job {};

/// A job whose body is a C++ callable.
template <class F, class T>
class callable_job final : public valued_job<T> {
public:
  explicit callable_job(F body) : body_{std::in_place, std::move(body)} {}

  error execute(job_context& context) override {
    using result_type = decltype(call_body(*body_, context));
    if constexpr (std::is_same_v<std::remove_cvref_t<result_type>, error>) {
      return call_body(*body_, context);
    } else if constexpr (is_expected_v<std::remove_cvref_t<result_type>>) {
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
