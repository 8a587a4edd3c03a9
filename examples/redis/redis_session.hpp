#pragma once

#include "redis/redis_address.hpp"

#include <foreman/expected.hpp>

#include <hiredis/hiredis.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace example {

struct free_redis_reply {
  void operator()(redisReply* x) const noexcept {
    freeReplyObject(x);
  }
};

/// As hiredis describes it.
using redis_reply = std::unique_ptr<redisReply, free_redis_reply>;

/// A session of a Redis, as jobs work with it. It stands between them and
/// hiredis for two reasons: every wait can have a deadline that holds for the
/// whole of it, where `redisSetTimeout` bounds each read by itself; and it sees
/// the commands, which is the only free way to know of a transaction.
class redis_session {
public:
  using words = std::vector<std::string>;
  using time_point = std::chrono::steady_clock::time_point;

  /// Connects, logs in, chooses the database and asks for a sign of life, all
  /// by `until`. Fails with `connection_misconfigured` when Redis refuses for a
  /// reason that no other try mends, else with `connection_unavailable`.
  static foreman::expected<std::unique_ptr<redis_session>>
  open(const redis_address& address, time_point until);

  /// Runs a command, `{"incrby", "rows", "3"}`, and returns Redis' reply; takes
  /// as long as Redis does. Throws `foreman::exception` with `connection_lost`
  /// when the connection breaks, and the command may have been executed;
  /// `std::runtime_error` when Redis refuses it.
  redis_reply run(const words& command);

  /// Whether a command gets its reply, whatever that says, by `until`. If not,
  /// the session is over: a late reply would be taken for that of the next.
  foreman::expected<redis_reply> ask(const words& command,
                                     std::optional<time_point> until);

  /// Whether MULTI or WATCH is in force.
  bool in_transaction() const noexcept {
    return in_multi_ || watches_;
  }

  /// Whether a command was sent since it was opened that changes what later
  /// ones mean: another database, a subscription.
  bool changed() const noexcept {
    return changed_;
  }

  /// Whether it is connected and nothing waits to be read.
  bool quiet() const noexcept;

private:
  struct free_context {
    void operator()(redisContext* x) const noexcept {
      redisFree(x);
    }
  };

  explicit redis_session(redisContext* context) : context_{context} {}

  foreman::expected<void> connected(time_point until);

  foreman::expected<void> send(const words& command,
                               std::optional<time_point> until);

  foreman::expected<redis_reply> receive(std::optional<time_point> until);

  // Waits for `events` of the socket.
  foreman::expected<void> ready(short events, std::optional<time_point> until);

  void note_transaction(const words& command, const redisReply& reply);

  std::unique_ptr<redisContext, free_context> context_;
  bool over_ = false;
  bool in_multi_ = false;
  bool watches_ = false;
  bool changed_ = false;
};

} // namespace example
