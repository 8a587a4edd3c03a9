#pragma once

#include <foreman/connection.hpp>
#include <foreman/connection_needs.hpp>
#include <foreman/endpoint.hpp>
#include <foreman/export.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace foreman {

/// The endpoints of all connections of a system, in the order of their names.
/// Thread-safe, as it does not change.
class FOREMAN_EXPORT endpoints {
public:
  /// None.
  endpoints() = default;

  /// One for each name. See `endpoint`.
  endpoints(const connection_factories& factories, const check_options& options,
            const clock& time, const std::function<double()>& random,
            const log_function& log,
            std::size_t most_under_way = endpoint::default_most_under_way);

  std::size_t size() const noexcept {
    return all_.size();
  }

  const endpoint_ptr& at(std::size_t number) const {
    return all_.at(number);
  }

  /// The connections of these names; `unknown_connection` if there is none of a
  /// name.
  expected<connection_mask> mask_of(const connection_needs& needs) const;

  /// Their names, for messages.
  std::string names(connection_mask which = all_connections) const;

  std::vector<connection_status> status() const;

private:
  std::vector<endpoint_ptr> all_;
};

} // namespace foreman
