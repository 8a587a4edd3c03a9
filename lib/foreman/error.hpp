#pragma once

#include <foreman/errc.hpp>
#include <foreman/export.hpp>

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace foreman {

/// An error as a value: a code for programs and a message for people. The
/// message says what happened, to what, and what to do.
class FOREMAN_EXPORT error {
public:
  /// No error: `code()` is `errc::ok`.
  error() = default;

  /// An error whose message is the sentence of its code.
  error(errc code) noexcept // NOLINT(google-explicit-constructor)
    : code_{code} {}

  error(errc code, std::string message)
    : code_{code}, message_{std::move(message)} {}

  errc code() const noexcept {
    return code_;
  }

  const std::string& message() const noexcept {
    return message_.empty() ? describe(code_) : message_;
  }

  /// Whether this is an error at all.
  explicit operator bool() const noexcept {
    return code_ != errc::ok;
  }

  friend bool operator==(const error& x, const error& y) noexcept {
    return x.code_ == y.code_ && x.message() == y.message();
  }

private:
  errc code_ = errc::ok;
  // Empty for the sentence of the code, so that an error without a text of its
  // own costs no memory.
  std::string message_;
};

/// Makes an error of `code` with the message that `text` returns, or without
/// one of its own if there is no memory for it: for what must not fail.
template <class F>
error describe_if_possible(errc code, const F& text) noexcept {
  try {
    return {code, text()};
  } catch (const std::bad_alloc&) {
    return code;
  }
}

/// Returns `code: message`, as logs show an error.
inline std::string to_string(const error& err) {
  return std::string{to_string(err.code())} + ": " + err.message();
}

/// An `error` as an exception: thrown by constructors that are misused, by
/// `job_context` inside a body, and by a body that wants to fail with a code.
class FOREMAN_EXPORT exception : public std::exception {
public:
  explicit exception(error why) : why_{std::move(why)} {}

  const error& why() const noexcept {
    return why_;
  }

  const char* what() const noexcept override {
    return why_.message().c_str();
  }

private:
  error why_;
};

} // namespace foreman
