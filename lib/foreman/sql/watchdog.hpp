#pragma once

#include <foreman/export.hpp>
#include <foreman/sql/socket.hpp>

#include <map>

namespace foreman::sql {

/// Cuts a socket at a deadline that comes while this lives: for calls that know
/// no deadline and read or write there.
///
/// All of a process share one thread, which the first one starts and nobody
/// ends: a thread for each would cost more than what it watches.
class FOREMAN_EXPORT watchdog {
public:
  watchdog(int socket, deadline until);
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

private:
  std::multimap<deadline, int>::iterator place_;
};

} // namespace foreman::sql
