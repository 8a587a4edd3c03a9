#pragma once

#include <foreman/error.hpp>
#include <foreman/export.hpp>

#include <cassert>
#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

namespace foreman {

template <class T>
class expected;

/// @cond

/// Whether `T` is an `expected` of something.
template <class T>
inline constexpr bool is_expected_v = false;

template <class T>
inline constexpr bool is_expected_v<expected<T>> = true;

/// @endcond

/// Either a value or an `error`; what every function of foreman returns that
/// can be refused. A small part of C++23's `std::expected`, with its names.
///
/// Thread-safety: as a plain value. `value()` on an error throws `exception`;
/// `operator*` on an error is a bug and is caught by an assertion.
template <class T>
class [[nodiscard]] FOREMAN_EXPORT expected {
  static_assert(!std::same_as<T, foreman::error> && !std::same_as<T, errc>,
                "a value that is an error could not be told from an error");

  // What would rather be copied, moved or taken for an error than for a value.
  // A value that is a bool must not be made of whether another one has a value.
  template <class U>
  static constexpr bool is_self_or_error = std::disjunction_v<
    std::is_same<U, expected>, std::is_same<U, foreman::error>,
    std::is_same<U, errc>,
    std::bool_constant<std::is_same_v<T, bool> && is_expected_v<U>>>;

public:
  /// What it is a value of.
  using value_type = T;

  /// A value.
  template <class U = T>
  requires(std::constructible_from<
             T, U&&> && !is_self_or_error<std::remove_cvref_t<U>>)
    expected(U&& value) // NOLINT(bugprone-forwarding-reference-overload)
    : state_{std::in_place_index<0>, std::forward<U>(value)} {}

  /// An error; `why` must be one.
  expected(foreman::error why) // NOLINT(google-explicit-constructor)
    : state_{std::in_place_index<1>, std::move(why)} {}

  /// An error whose message is the sentence of its code.
  expected(errc code) // NOLINT(google-explicit-constructor)
    : expected{foreman::error{code}} {}

  /// Whether it is a value.
  bool has_value() const noexcept {
    return state_.index() == 0;
  }

  /// The same.
  explicit operator bool() const noexcept {
    return has_value();
  }

  /// The value. Requires `has_value()`.
  T& operator*() & noexcept {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }

  /// The same, to read.
  const T& operator*() const& noexcept {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }

  /// The same, to move from.
  T&& operator*() && noexcept {
    assert(has_value());
    return std::move(*std::get_if<0>(&state_));
  }

  /// A member of the value. Requires `has_value()`.
  T* operator->() noexcept {
    return &**this;
  }

  /// The same, to read.
  const T* operator->() const noexcept {
    return &**this;
  }

  /// The value, or throws `exception` with the error.
  T& value() & {
    throw_if_error();
    return **this;
  }

  /// The same, to read.
  const T& value() const& {
    throw_if_error();
    return **this;
  }

  /// The same, to move from.
  T&& value() && {
    throw_if_error();
    return *std::move(*this);
  }

  /// The error. Requires `!has_value()`.
  const foreman::error& error() const& noexcept {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

  /// The same, to move from.
  foreman::error&& error() && noexcept {
    assert(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

private:
  void throw_if_error() const {
    if (!has_value())
      throw exception{error()};
  }

  std::variant<T, foreman::error> state_;
};

/// Either success or an `error`, for what has no value to return.
template <>
class [[nodiscard]] FOREMAN_EXPORT expected<void> {
public:
  /// It is a value of nothing.
  using value_type = void;

  /// Success.
  expected() = default;

  /// An error, or success if `why` is none.
  expected(foreman::error why) // NOLINT(google-explicit-constructor)
    : why_{std::move(why)} {}

  /// An error whose message is the sentence of its code; success for `ok`.
  expected(errc code) // NOLINT(google-explicit-constructor)
    : why_{code} {}

  /// Whether it is success.
  bool has_value() const noexcept {
    return !why_;
  }

  /// The same.
  explicit operator bool() const noexcept {
    return has_value();
  }

  /// Throws `exception` with the error, if there is one.
  void value() const {
    if (!has_value())
      throw exception{why_};
  }

  /// The error. Requires `!has_value()`.
  const foreman::error& error() const& noexcept {
    assert(!has_value());
    return why_;
  }

  /// The same, to move from.
  foreman::error&& error() && noexcept {
    assert(!has_value());
    return std::move(why_);
  }

private:
  foreman::error why_;
};

} // namespace foreman
