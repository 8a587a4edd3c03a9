#pragma once

#include <foreman/actors/gate.hpp>
#include <foreman/actors/workshop.hpp>
#include <foreman/system_options.hpp>
#include <foreman/table.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace foreman::actors {

/// What all actors, threads and handles of one system share. Lives until the
/// last of them has ended.
struct context {
  system_options options;
  table jobs;
  gate way_in;
  workshop orders;
  /// How many projects have the same worker at once: enough for a thread to
  /// have something to do while messages are on their way, even if its jobs
  /// take no time. A simulation lowers it, so that projects wait.
  std::size_t places_each = 16;
  /// What the end of the system does about bodies that have not returned.
  std::atomic<drain_policy> policy;
  /// Whether projects wait for a worker, as the pool last saw it. While none
  /// does, whoever has one may keep it.
  std::atomic<bool> workers_wanted{false};
  /// How many pools there were; tells the leases of one from those of another.
  std::atomic<std::uint32_t> pools{0};

  explicit context(system_options chosen)
    : options{std::move(chosen)},
      jobs{std::make_shared<shared_state>(options.max, options.workers)},
      orders{options.workers, jobs.shared().waiting},
      policy{options.at_deadline} {}

  /// Logs while the host's system is there.
  void log(log_level level, std::string_view text) const {
    way_in.if_open([&] { log_to(options.log, level, text); });
  }
};

using context_ptr = std::shared_ptr<context>;

} // namespace foreman::actors
