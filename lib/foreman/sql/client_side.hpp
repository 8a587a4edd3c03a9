#pragma once

#include <foreman/export.hpp>

#include <soci/soci.h>

#include <optional>

namespace foreman::sql {

/// What a job can change in a `soci::session` itself, on our side of the wire,
/// as it was before.
class FOREMAN_EXPORT client_side {
public:
  /// `session` is as jobs shall find it.
  void remember(const soci::session& session);

  /// Makes it so again. A transformation of queries cannot be asked for; it
  /// becomes none, unless it shall stay.
  void restore(soci::session& session, bool also_transformation = true) const;

private:
  std::optional<soci::logger> logger_;
  bool uppercase_ = false;
};

} // namespace foreman::sql
