#pragma once

#include <foreman/error.hpp>
#include <foreman/export.hpp>

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

/// Throws `exception` with `why`.
[[noreturn]] FOREMAN_EXPORT void throw_error(const error& why);

/// No error, for who asks a value for one.
FOREMAN_EXPORT const error& no_error() noexcept;

/// @endcond

/// Either a value or an `error`; what every function of foreman returns that
/// can be refused. A small part of C++23's `std::expected`, with its names.
///
/// Whoever takes the value of an error, by `*`, `->` or `value()`, gets that
/// error as an `exception`, in every build: nothing is undefined. Ask first
/// where an error is to be expected:
///
///     if (const auto rows = ticket.wait())
///       use(*rows);
///     else
///       tell(rows.error().message());
///
/// Thread-safety: as a plain value.
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

  /// A value, made of what converts to it; explicitly, if that does so.
  template <class U = T>
  requires(
    std::constructible_from<
      T,
      U&&> && !is_self_or_error<std::remove_cvref_t<U>>) explicit(!std::
                                                                    convertible_to<
                                                                      U&&, T>)
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

  /// The value, or throws `exception` with the error.
  T& operator*() & {
    return *value_or_throw(std::get_if<0>(&state_));
  }

  /// The same, to read.
  const T& operator*() const& {
    return *value_or_throw(std::get_if<0>(&state_));
  }

  /// The same, to move from.
  T&& operator*() && {
    return std::move(*value_or_throw(std::get_if<0>(&state_)));
  }

  /// A member of the value, or throws `exception` with the error.
  T* operator->() {
    return &**this;
  }

  /// The same, to read.
  const T* operator->() const {
    return &**this;
  }

  /// The value, or throws `exception` with the error.
  T& value() & {
    return **this;
  }

  /// The same, to read.
  const T& value() const& {
    return **this;
  }

  /// The same, to move from.
  T&& value() && {
    return *std::move(*this);
  }

  /// The error; one with `errc::ok` if it is a value.
  const foreman::error& error() const& noexcept {
    const auto* why = std::get_if<1>(&state_);
    return why != nullptr ? *why : no_error();
  }

  /// The same, to move from.
  foreman::error error() && noexcept {
    auto* why = std::get_if<1>(&state_);
    return why != nullptr ? std::move(*why) : foreman::error{};
  }

private:
  template <class P>
  P* value_or_throw(P* value) const {
    if (value == nullptr) [[unlikely]]
      throw_error(error());
    return value;
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
    if (!has_value()) [[unlikely]]
      throw_error(why_);
  }

  /// The error; one with `errc::ok` if it is success.
  const foreman::error& error() const& noexcept {
    return why_;
  }

  /// The same, to move from.
  foreman::error error() && noexcept {
    return std::move(why_);
  }

private:
  foreman::error why_;
};

} // namespace foreman
