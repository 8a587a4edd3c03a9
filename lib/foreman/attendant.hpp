#pragma once

#include <foreman/export.hpp>

#include <memory>

namespace foreman {

/// Who looks after an entry; the actor layer makes it the project's supervisor.
class FOREMAN_EXPORT attendant {
public:
  virtual ~attendant() = default;

  /// The entry may have something to do: look at it. Never blocks; any thread.
  virtual void wake() noexcept = 0;
};

using attendant_ptr = std::shared_ptr<attendant>;

} // namespace foreman
