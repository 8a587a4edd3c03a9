#pragma once

#include "mortal_connection.hpp"

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>

#include <support/door.hpp>
#include <support/killer.hpp>
#include <support/message_sender.hpp>
#include <support/sender.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace soak {

/// What a generation is.
struct generation_options {
  std::uint32_t seed = 0;
  /// In an actor system of the host's, else in one of its own.
  bool in_host = false;
  bool with_connections = false;
  /// How it ends.
  enum class end : std::uint8_t {
    /// A drain that lets all finish, while everybody submits.
    drain,
    /// A drain by message that comes to its deadline with bodies that do not
    /// return, whose threads are left behind.
    abandon,
    /// By its destructor, while handles submit.
    destroy,
  } how = end::drain;

  std::string text() const;
};

/// A system under mixed load and faults, from its start to its end.
class generation {
public:
  explicit generation(const generation_options& options);
  ~generation();
  generation(const generation&) = delete;
  generation& operator=(const generation&) = delete;

  /// Jobs that have ended, and open ones.
  foreman::ledger books() const {
    return system_->books();
  }

  /// How often a guarantee was broken so far (G1, G2).
  std::uint64_t violations() const {
    return foreman::test::violations(watched_);
  }

  /// Which actors were killed so far.
  const foreman::test::death_count& deaths() const {
    return killer_->deaths();
  }

  struct report {
    foreman::ledger books;
    std::uint64_t connection_deaths = 0;
    /// What was wrong; empty if nothing was.
    std::string complaints;
  };

  /// Ends the system; once. Waits until nothing of it is left.
  report end();

private:
  // What threads do, until the system drains or they are told to end.
  void submit_at_random(std::size_t thread);
  void submit_by_handles(std::size_t thread);

  void cancel_last(const foreman::test::sender& x, bool by_id);

  void check_late(foreman::project& handle);

  void ask_at_random();

  void in_body(foreman::job_context& job);

  // A body that submits to another project.
  void hand_on(std::size_t to, bool wait);

  void drain_by_message();

  void submit_stuck_bodies();

  void end_threads();

  void flood_and_destroy();

  // What all tickets and messages tell.
  foreman::test::tally outcomes();

  const generation_options options_;
  foreman::test::watched_projects watched_;
  std::shared_ptr<mortal_server> server_ = std::make_shared<mortal_server>();
  // Held by whatever is left of the system.
  std::shared_ptr<int> witness_ = std::make_shared<int>();
  std::optional<foreman::actors::host_config> config_;
  std::optional<caf::actor_system> host_;
  std::unique_ptr<foreman::system> system_;
  std::vector<foreman::project> handles_; // copied before use
  std::optional<foreman::test::killer> killer_;
  foreman::test::door stuck_;
  std::vector<foreman::ticket<void>> stuck_tickets_;
  std::atomic<bool> ending_{false}; // of threads that use the system
  std::atomic<int> bodies_{0};      // that run
  std::atomic<std::uint64_t> flooded_{0};
  std::atomic<std::uint64_t> wrong_answers_{0};
  std::atomic<std::uint64_t> late_verdicts_{0};
  std::mutex bodies_mutex_;
  std::vector<foreman::test::sender> senders_; // the last is that of bodies
  foreman::test::message_sender by_message_;
  std::vector<std::jthread> threads_;
};

} // namespace soak
