#pragma once

#include <foreman/accounts.hpp>
#include <foreman/admission.hpp>
#include <foreman/endpoints.hpp>
#include <foreman/errands.hpp>
#include <foreman/export.hpp>
#include <foreman/failure_log.hpp>
#include <foreman/fork_watch.hpp>
#include <foreman/host_code.hpp>
#include <foreman/intrusive_ptr.hpp>
#include <foreman/wait_graph.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace foreman {

class entry;

using entry_ptr = intrusive_ptr<entry>;

/// What all entries of one system share, and what outlives the system while a
/// host holds a ticket or a handle. Thread-safe.
struct FOREMAN_EXPORT shared_state {
  shared_state(const limits& most, std::size_t workers, endpoints ends = {})
    : max{most},
      connections{std::move(ends)},
      books{most.total},
      waits{workers} {}

  /// What the system has of its host's code; set before the first submit.
  std::shared_ptr<host_code> host = std::make_shared<host_code>();
  const fork_watch process;
  const limits max;
  const endpoints connections;
  accounts books;
  wait_graph waits;
  failure_log failures;
  /// How many turns wait for a thread. While none does, a turn may go on beyond
  /// its bounds.
  std::atomic<std::size_t> waiting{0};

  /// Runs the host's code that nobody here must wait for. Set before the first
  /// submit.
  std::shared_ptr<errands> aside{&errands_at_once(), [](auto*) {}};

  // -- the way to the actors: set before the first submit, on any thread

  /// Has whoever looks after an entry look at it.
  std::function<void(const entry_ptr&)> wake = [](const auto&) {};
  /// Has `endpoint::serve` called as long as projects wait for that endpoint;
  /// told of the first one that waits.
  std::function<void(std::size_t)> serve = [](auto) {};
};

} // namespace foreman
