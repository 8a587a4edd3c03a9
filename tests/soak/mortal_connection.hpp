#pragma once

#include <support/healthy_connection.hpp>

#include <atomic>
#include <memory>
#include <random>

namespace soak {

/// What connections talk to. Any thread.
struct mortal_server {
  std::atomic<bool> up{true};
  std::atomic<std::uint64_t> deaths{0};
};

/// A connection that dies at random, also with its server, and can be opened
/// again when that is back.
class mortal_connection : public foreman::test::healthy_connection {
public:
  mortal_connection(std::shared_ptr<mortal_server> server, std::uint32_t seed)
    : server_{std::move(server)}, random_{seed} {}

  foreman::expected<void> open(milliseconds) override {
    alive_ = server_->up;
    return verdict();
  }

  void close() noexcept override {
    alive_ = false;
  }

  bool quiet() override {
    die_now_and_then();
    return alive_;
  }

  foreman::expected<void> check(milliseconds) override {
    die_now_and_then();
    return verdict();
  }

private:
  void die_now_and_then() {
    if (!alive_ || (server_->up && random_() % 50 != 0))
      return;
    alive_ = false;
    ++server_->deaths;
  }

  foreman::expected<void> verdict() const {
    if (alive_)
      return {};
    return foreman::error{foreman::errc::connection_unavailable,
                          "the server has gone away"};
  }

  std::shared_ptr<mortal_server> server_;
  std::minstd_rand random_;
  bool alive_ = false;
};

} // namespace soak
