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

/// Whether `T` is an `expected` of something.
template <class T>
inline constexpr bool is_expected_v = false;

template <class T>
inline constexpr bool is_expected_v<expected<T>> = true;

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
  using value_type = T;

  template <class U = T>
  requires(std::constructible_from<
             T, U&&> && !is_self_or_error<std::remove_cvref_t<U>>)
    expected(U&& value) // NOLINT(bugprone-forwarding-reference-overload)
    : state_{std::in_place_index<0>, std::forward<U>(value)} {}

  expected(foreman::error why) // NOLINT(google-explicit-constructor)
    : state_{std::in_place_index<1>, std::move(why)} {}

  expected(errc code) // NOLINT(google-explicit-constructor)
    : expected{foreman::error{code}} {}

  bool has_value() const noexcept {
    return state_.index() == 0;
  }

  explicit operator bool() const noexcept {
    return has_value();
  }

  T& operator*() & noexcept {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }

  const T& operator*() const& noexcept {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }

  T&& operator*() && noexcept {
    assert(has_value());
    return std::move(*std::get_if<0>(&state_));
  }

  T* operator->() noexcept {
    return &**this;
  }

  const T* operator->() const noexcept {
    return &**this;
  }

  T& value() & {
    throw_if_error();
    return **this;
  }

  const T& value() const& {
    throw_if_error();
    return **this;
  }

  T&& value() && {
    throw_if_error();
    return *std::move(*this);
  }

  /// Requires `!has_value()`.
  const foreman::error& error() const& noexcept {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

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

/// Either success or an `error`.
template <>
class [[nodiscard]] FOREMAN_EXPORT expected<void> {
public:
  using value_type = void;

  expected() = default;

  expected(foreman::error why) // NOLINT(google-explicit-constructor)
    : why_{std::move(why)} {}

  expected(errc code) // NOLINT(google-explicit-constructor)
    : why_{code} {}

  bool has_value() const noexcept {
    return !why_;
  }

  explicit operator bool() const noexcept {
    return has_value();
  }

  void value() const {
    if (!has_value())
      throw exception{why_};
  }

  /// Requires `!has_value()`.
  const foreman::error& error() const& noexcept {
    assert(!has_value());
    return why_;
  }

  foreman::error&& error() && noexcept {
    assert(!has_value());
    return std::move(why_);
  }

private:
  foreman::error why_;
};

} // namespace foreman
