#pragma once

#include <foreman/export.hpp>
#include <foreman/intrusive_ptr.hpp>

#include <cstdint>

namespace foreman {

/// Somebody who waits for an endpoint; an entry is one. All that an endpoint
/// knows of those whom it lets go on.
class FOREMAN_EXPORT endpoint_waiter : public ref_counted {
public:
  /// Tells one time of waiting from all others at the same endpoint. Grows.
  using place = std::uint64_t;

  /// The endpoint lets it go on from `which`. Returns whether it is on its way
  /// now, and so `endpoint::arrived` must follow; false if it waits no more, or
  /// need not be waited for. Called without a lock of the endpoint.
  virtual bool resume(place which) noexcept = 0;
};

using endpoint_waiter_ptr = intrusive_ptr<endpoint_waiter>;

} // namespace foreman
