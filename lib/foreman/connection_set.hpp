#pragma once

#include <foreman/checked_connection.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace foreman {

/// All connections of one worker. Used by the worker's thread only.
class connection_set {
public:
  connection_set() = default;

  /// Makes one connection from each factory, none of them open yet. Throws
  /// `exception` if a factory makes none, and what a factory throws.
  connection_set(const connection_factories& factories,
                 const check_options& options, const clock& time,
                 const std::function<double()>& random,
                 const log_function& log);

  bool empty() const noexcept {
    return connections_.empty();
  }

  /// Checks all connections; returns the first failure.
  expected<void> check();

  /// A job has ended.
  void used(bool job_succeeded);

  /// Returns the connection called `name`, or null.
  checked_connection* find(std::string_view name) noexcept;

  /// The names of all connections, for messages.
  std::string names() const;

private:
  std::vector<checked_connection> connections_;
};

} // namespace foreman
