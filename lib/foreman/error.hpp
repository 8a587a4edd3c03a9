#pragma once

#include <foreman/errc.hpp>
#include <foreman/export.hpp>
#include <foreman/intrusive_ptr.hpp>

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

  /// An error with a message of its own; an empty one is the sentence of its
  /// code. Copies share it: to copy an error takes no memory.
  error(errc code, std::string message) : code_{code} {
    if (!message.empty())
      message_ = make_intrusive<const own_text>(std::move(message));
  }

  /// What a program decides by; `errc::ok` if this is no error.
  errc code() const noexcept {
    return code_;
  }

  /// What a person reads: what happened, to what, and what to do. Valid as long
  /// as this error.
  const std::string& message() const noexcept {
    return message_ ? message_->text : describe(code_);
  }

  /// Whether this is an error at all.
  explicit operator bool() const noexcept {
    return code_ != errc::ok;
  }

  /// Whether code and message are the same.
  friend bool operator==(const error& x, const error& y) noexcept {
    return x.code_ == y.code_ && x.message() == y.message();
  }

private:
  struct own_text : ref_counted {
    explicit own_text(std::string message) : text{std::move(message)} {}

    const std::string text;
  };

  errc code_ = errc::ok;
  // Null for the sentence of the code, so that an error without a text of its
  // own costs no memory.
  intrusive_ptr<const own_text> message_;
};

/// @cond

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

/// @endcond

/// Returns `code: message`, as logs show an error.
inline std::string to_string(const error& err) {
  return std::string{to_string(err.code())} + ": " + err.message();
}

/// An `error` as an exception: thrown by constructors that are misused, by
/// `job_context` inside a body, and by a body that wants to fail with a code.
class FOREMAN_EXPORT exception : public std::exception {
public:
  /// Carries `why`.
  explicit exception(error why) : why_{std::move(why)} {}

  /// What is carried.
  const error& why() const noexcept {
    return why_;
  }

  /// The message of that.
  const char* what() const noexcept override {
    return why_.message().c_str();
  }

private:
  error why_;
};

} // namespace foreman
