#pragma once

#include <foreman/accounts.hpp>
#include <foreman/admission.hpp>
#include <foreman/wait_graph.hpp>

#include <atomic>
#include <cstddef>

namespace foreman {

/// What all entries of one system share, and what outlives the system while a
/// host holds a ticket or a handle. Thread-safe.
struct shared_state {
  shared_state(const limits& max, std::size_t workers) noexcept
    : max{max}, books{max.total}, waits{workers} {}

  const limits max;
  accounts books;
  wait_graph waits;
  /// How many turns wait for a thread. While none does, a turn may go on beyond
  /// its bounds.
  std::atomic<std::size_t> waiting{0};
};

} // namespace foreman
