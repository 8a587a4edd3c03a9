#pragma once

#include <foreman/connection.hpp>

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

namespace foreman::test {

/// What scripted connections talk to: a test scripts it and reads what was
/// called. Not thread-safe: one thread moves the worker and the test.
struct scripted_server {
  // -- the script

  /// Opens succeed.
  bool accepts = true;
  /// If not, no other try mends it.
  bool misconfigured = false;
  /// Called by each open: what happens meanwhile.
  std::function<void()> takes = [] {};
  /// Called by each ping.
  std::function<void()> takes_to_answer = [] {};
  /// Pings succeed on connections that are open.
  bool alive = true;
  /// Pings fail as if their deadline had passed.
  bool late = false;
  /// What the peek says.
  bool quiet = true;
  /// A transaction is open. Closing ends it.
  bool in_transaction = false;
  /// There is something to reset; it comes to this, or fails.
  bool has_state = false;
  reset_result reset_comes_to = reset_result::answered;
  bool reset_fails = false;
  /// What happens meanwhile.
  std::function<void()> in_reset = [] {};
  /// What happens in an interrupt, on whose thread; none can be interrupted
  /// otherwise. Returns whether it was done.
  std::function<bool()> interrupt;
  /// The call of this name throws: `open`, `quiet`, `check`, `in_transaction`,
  /// `reset`.
  std::string throws_from;
  /// The call of this name ends its thread.
  std::string ends_thread_in;

  // -- what happened

  /// All calls by name, in order; `close` included.
  std::vector<std::string> calls;
  /// Whether the last open succeeded and no close followed.
  bool open = false;
  std::chrono::milliseconds last_open_within{};
  std::chrono::milliseconds last_check_within{};
  std::chrono::milliseconds last_reset_within{};
  std::chrono::milliseconds last_interrupt_within{};

  std::size_t count(const std::string& call) const {
    return static_cast<std::size_t>(
      std::count(calls.begin(), calls.end(), call));
  }

  void note(const std::string& call) {
    calls.push_back(call);
    if (call == throws_from)
      throw std::runtime_error{call + " blew up"};
    if (call == ends_thread_in)
      pthread_exit(nullptr);
  }

  /// Returns the calls since this was last asked.
  std::vector<std::string> take_calls() {
    return std::exchange(calls, {});
  }
};

/// What a job gets when it asks for a scripted connection's resource.
struct scripted_session {
  std::shared_ptr<scripted_server> server;
};

/// A connection whose every answer is scripted.
class scripted_connection : public connection {
public:
  explicit scripted_connection(std::shared_ptr<scripted_server> server)
    : session_{std::move(server)} {}

  expected<void> open(milliseconds within) override {
    server().last_open_within = within;
    server().note("open");
    server().takes();
    if (!server().accepts)
      return error{server().misconfigured ? errc::connection_misconfigured
                                          : errc::connection_unavailable,
                   "nobody listens"};
    server().open = true;
    return {};
  }

  void close() noexcept override {
    server().calls.emplace_back("close");
    server().open = false;
    server().in_transaction = false;
  }

  bool quiet() override {
    server().note("quiet");
    return server().open && server().quiet;
  }

  expected<void> check(milliseconds within) override {
    server().last_check_within = within;
    server().note("check");
    server().takes_to_answer();
    if (server().late)
      return error{errc::connection_unavailable, "no answer in time"};
    if (!server().alive || !server().open)
      return error{errc::connection_unavailable, "server has gone away"};
    return {};
  }

  bool in_transaction() override {
    server().note("in_transaction");
    return server().in_transaction;
  }

  expected<reset_result> reset(milliseconds within) override {
    if (!server().has_state)
      return reset_result::unasked;
    server().last_reset_within = within;
    server().note("reset");
    server().in_reset();
    if (server().reset_fails || !server().open)
      return error{errc::connection_unavailable, "no answer to a reset"};
    return server().reset_comes_to;
  }

  bool can_interrupt() const noexcept override {
    return static_cast<bool>(session_.server->interrupt);
  }

  bool interrupt(milliseconds within) noexcept override {
    server().last_interrupt_within = within;
    return server().interrupt();
  }

  void* resource(const std::type_info& type) noexcept override {
    return type == typeid(scripted_session) ? &session_ : nullptr;
  }

private:
  scripted_server& server() noexcept {
    return *session_.server;
  }

  scripted_session session_;
};

/// A factory of connections to `server`.
inline connection_factory
scripted_factory(std::shared_ptr<scripted_server> server) {
  return [server = std::move(server)]() -> std::unique_ptr<connection> {
    return std::make_unique<scripted_connection>(server);
  };
}

} // namespace foreman::test
