#pragma once

#include <foreman/connection.hpp>

#include <typeinfo>

namespace foreman::test {

/// A connection whose server the world kills and revives. Tells whether it was
/// checked since the last body.
class world_connection : public connection {
public:
  explicit world_connection(const bool& server_up) : server_up_{server_up} {}

  expected<void> open(milliseconds) override;
  void close() noexcept override;
  bool quiet() override;
  expected<void> check(milliseconds) override;
  bool in_transaction() override;
  void* resource(const std::type_info& type) noexcept override;

  /// Whether a check has passed since this was last asked.
  bool take_checked();

private:
  const bool& server_up_;
  bool checked_ = false;
};

} // namespace foreman::test
