#pragma once

#include <foreman/actors/errand_threads.hpp>
#include <foreman/actors/gate.hpp>
#include <foreman/actors/workshop.hpp>
#include <foreman/system_options.hpp>
#include <foreman/table.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

namespace foreman::actors {

/// What all actors, threads and handles of one system share. Lives until the
/// last of them has ended.
struct context {
  system_options options;
  /// Its own, as what it tells entries and endpoints of outlives this.
  std::shared_ptr<gate> way = std::make_shared<gate>();
  gate& way_in = *way;
  // Its own, as jobs that end late may still need it.
  std::shared_ptr<errand_threads> aside;
  table jobs;
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

  /// `random` returns numbers in [0, 1) on any thread. See `endpoint` for the
  /// number, and `hash_seed` for the last: a simulation lowers the one and
  /// fixes the other, as a walk must be the same each time.
  context(system_options chosen, const std::function<double()>& random,
          std::size_t most_under_way = endpoint::default_most_under_way,
          const hash_seed& seed = hash_seed::of_process())
    : options{std::move(chosen)},
      // One for each body that may be asked to stop, and one for all else.
      aside{std::make_shared<errand_threads>(options.workers + 1)},
      jobs{std::make_shared<shared_state>(
             options.max, options.workers,
             endpoints{options.connections, options.check, *options.time,
                       random, logger(), most_under_way}),
           seed},
      orders{options.workers, jobs.shared().waiting},
      policy{options.at_deadline} {
    jobs.shared().aside = aside;
    if (options.log_failures)
      jobs.shared().failures.write_to(logger(), *options.time);
    jobs.shared().wake = [way = way](const entry_ptr& x) { way->wake(x); };
    jobs.shared().serve = [way = way](std::size_t x) { way->serve(x); };
  }

  /// Logs while the host's system is there.
  log_function logger() const {
    return
      [way = way, log = options.log](log_level level, std::string_view text) {
        way->if_open([&] { log_to(log, level, text); });
      };
  }

  void log(log_level level, std::string_view text) const {
    logger()(level, text);
  }
};

using context_ptr = std::shared_ptr<context>;

} // namespace foreman::actors
