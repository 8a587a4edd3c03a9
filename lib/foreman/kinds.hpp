#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>
#include <foreman/job_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace foreman {

/// A job as data: a kind that has a registered handler, plus a payload that
/// only the handler understands.
struct FOREMAN_EXPORT named_job {
  /// The name under which a handler is registered.
  std::string kind;
  /// What the handler gets, unchanged.
  std::string payload;
};

/// Runs the named jobs of one kind. Called on workers, several at a time.
using handler
  = std::function<expected<void>(job_context&, const std::string& payload)>;

/// The handlers of a system by kind. Filled before the system starts, and only
/// read afterwards.
class FOREMAN_EXPORT kinds {
public:
  /// Registers a handler. Returns `invalid_option` for an empty or taken name
  /// and `empty_job` for an empty handler.
  expected<void> add(std::string kind, handler run);

  /// @cond

  /// A handler with what it is called with.
  struct body {
    std::shared_ptr<const handler> run;
    std::string payload;

    expected<void> operator()(job_context& context) const {
      return (*run)(context, payload);
    }
  };

  /// Returns the body of a named job, whose payload it takes, or `unknown_kind`
  /// with all known kinds, and leaves it as it is.
  expected<body> body_of(named_job&& what) const;

  /// @endcond

  /// All known kinds, sorted, for messages.
  std::string names() const;

private:
  // Shared with the jobs that they run, and between copies.
  std::map<std::string, std::shared_ptr<const handler>, std::less<>> handlers_;
};

} // namespace foreman
