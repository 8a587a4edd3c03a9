#pragma once

#include <foreman/actors/errand_threads.hpp>
#include <foreman/actors/gate.hpp>
#include <foreman/actors/workshop.hpp>
#include <foreman/connection_set.hpp>
#include <foreman/host_code.hpp>
#include <foreman/system_options.hpp>
#include <foreman/table.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

namespace foreman::actors {

/// Sizes that are found by measuring, and that a simulation lowers, so that
/// little makes a crowd.
struct sizes {
  /// How many projects have the same worker at once: enough for a thread to
  /// have something to do while messages are on their way, even if its jobs
  /// take no time.
  std::size_t places_each = 16;
  /// How many idle projects keep entry and supervisor, about 2 KiB each, so
  /// that they go on at once; see `resting`.
  std::size_t most_idle = 1'000;
  /// How many new projects get a supervisor before the pool is asked for room,
  /// and below how many that wait for a worker it has room: enough for no
  /// worker to idle, few enough for nobody to wait long behind them.
  std::size_t most_new = 64;
  /// Of those who wait for a connection, how many come back at once; see
  /// `endpoint`.
  std::size_t most_under_way = endpoint::default_most_under_way;
};

/// What all actors, threads and handles of one system share. Lives until the
/// last of them has ended.
struct context {
  /// All of the options that is the host's code, and is given up at the end.
  std::shared_ptr<host_code> host;
  /// The rest of them; their time is `host`.
  system_options options;
  /// Its own, as what it tells entries and endpoints of outlives this.
  std::shared_ptr<gate> way = std::make_shared<gate>();
  gate& way_in = *way;
  // Its own, as jobs that end late may still need it.
  std::shared_ptr<errand_threads> aside;
  table jobs;
  workshop orders;
  const sizes size;
  /// What the end of the system does about bodies that have not returned.
  std::atomic<drain_policy> policy;
  /// Whether projects wait for a worker, as the pool last saw it. While none
  /// does, whoever has one may keep it.
  std::atomic<bool> workers_wanted{false};
  /// Whether the actor system is foreman's, with one thread, and which one that
  /// is.
  bool owns_scheduler = false;
  std::atomic<std::thread::id> scheduler{};
  /// How many pools there were; tells the leases of one from those of another.
  std::atomic<std::uint32_t> pools{0};

  /// `random` returns numbers in [0, 1) on any thread. A simulation fixes the
  /// last, as a walk must be the same each time.
  context(system_options chosen, const std::function<double()>& random,
          const sizes& chosen_sizes = {},
          const hash_seed& seed = hash_seed::of_process())
    : host{take_host_code(chosen)},
      options{std::move(chosen)},
      // One for each body that may be asked to stop, and one for all else.
      aside{std::make_shared<errand_threads>(options.workers + 1)},
      jobs{share(host, options, random, chosen_sizes.most_under_way), seed},
      orders{options.workers, jobs.shared().waiting},
      size{chosen_sizes},
      policy{options.at_deadline} {
    options.time = host.get();
    jobs.shared().aside = aside;
    if (options.log_failures)
      jobs.shared().failures.write_to(
        [host = host](log_level level, std::string_view text) {
          host->log(level, text);
        },
        *host);
    jobs.shared().wake = [way = way](const entry_ptr& x) { way->wake(x); };
    jobs.shared().serve = [way = way](std::size_t x) { way->serve(x); };
  }

  /// Logs until the host's code was given up.
  void log(log_level level, std::string_view text) const noexcept {
    host->log(level, text);
  }

  /// Whether workers have connections.
  bool has_connections() const noexcept {
    return jobs.shared().connections.size() != 0;
  }

  /// The connections of one worker. Throws what a factory throws.
  connection_set make_connections() const {
    return {host->given().connections, jobs.shared().connections};
  }

private:
  static std::shared_ptr<host_code> take_host_code(system_options& from) {
    return std::make_shared<host_code>(
      host_code::parts{std::move(from.log), std::move(from.handlers),
                       std::move(from.connections)},
      *from.time);
  }

  static std::shared_ptr<shared_state>
  share(const std::shared_ptr<host_code>& host, const system_options& options,
        const std::function<double()>& random, std::size_t most_under_way) {
    auto result = std::make_shared<shared_state>(
      options.max, options.workers,
      endpoints{host->given().connections, options.check, *host, random,
                [host](log_level level, std::string_view text) {
                  host->log(level, text);
                },
                most_under_way});
    result->host = host;
    host->belongs_to(*result);
    return result;
  }
};

using context_ptr = std::shared_ptr<context>;

} // namespace foreman::actors
