#pragma once

#include <foreman/export.hpp>

#include <soci/soci.h>

#include <memory>
#include <optional>

namespace foreman::sql {

/// What a job can change in a `soci::session` itself, on our side of the wire,
/// as it was before.
class FOREMAN_EXPORT client_side {
public:
  /// `session` is new: nobody has changed it yet.
  void begin(soci::session& session);

  /// `session` is as jobs shall find it.
  void remember(const soci::session& session);

  /// Makes it so again, but for a transformation of queries, which becomes
  /// none: it cannot be asked for, hence not put back.
  void restore(soci::session& session);

  /// Whether there was one when it was remembered.
  bool had_transformation() const noexcept {
    return had_transformation_;
  }

private:
  // Sets a transformation that changes nothing. SOCI destroys it with what it
  // holds when another one is set, which is how we notice.
  void set_ours(soci::session& session);

  std::weak_ptr<const int> ours_;
  bool had_transformation_ = false;
  std::optional<soci::logger> logger_;
  bool uppercase_ = false;
};

} // namespace foreman::sql
