#pragma once

#include <foreman/endpoint.hpp>

#include <cstddef>
#include <functional>

namespace foreman::test {

/// Somebody who waits for an endpoint and counts how often it was let go on.
/// Not thread-safe.
class scripted_waiter : public endpoint_waiter {
public:
  bool resume(place which) noexcept override {
    last_place = which;
    ++resumed;
    meanwhile();
    return comes;
  }

  /// Whether it comes, or has something else to do.
  bool comes = true;
  std::size_t resumed = 0;
  place last_place = 0;
  /// Called by each resume.
  std::function<void()> meanwhile = [] {};
};

using scripted_waiter_ptr = intrusive_ptr<scripted_waiter>;

} // namespace foreman::test
