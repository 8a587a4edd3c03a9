#pragma once

#include "redis/redis_address.hpp"
#include "redis/redis_session.hpp"

#include <foreman/connection.hpp>

#include <memory>

namespace example {

/// A connection to Redis: a kind of connection that foreman does not know. Jobs
/// ask for it as `redis_session`.
class redis_connection final : public foreman::connection {
public:
  explicit redis_connection(redis_address address);

  foreman::expected<void> open(milliseconds within) override;

  void close() noexcept override;

  bool quiet() override;

  foreman::expected<void> check(milliseconds within) override;

  bool in_transaction() override;

  foreman::expected<foreman::reset_result> reset(milliseconds within) override;

  void* resource(const std::type_info& type) noexcept override;

private:
  redis_address address_;
  // Null while closed.
  std::unique_ptr<redis_session> session_;
};

} // namespace example
