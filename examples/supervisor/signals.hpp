#pragma once

#include "descriptor.hpp"
#include "inbox.hpp"
#include "stop_event.hpp"

#include <stop_token>
#include <thread>

namespace supervisor {

/// Call it first. Until `signals` is made SIGUSR1 would end the program: who
/// asks too early must not do harm. SIGINT and the others shall end it then.
/// And SIGCHLD may be ignored by who started it: then nobody would be told how
/// a child has ended.
void settle_signals();

/// Posts SIGINT, SIGTERM, SIGHUP and SIGUSR1 to an inbox, from a thread of its
/// own; they interrupt nobody. The third that shall end the program ends it at
/// once, whatever the thread that reads the inbox waits for, such as a reader
/// of standard output that does not read. Those that are ignored at the start
/// stay so, as `nohup` wants it.
///
/// Make it before other threads, as they get the signal mask of their maker.
/// SIGPIPE and SIGXFSZ are ignored: a write then fails.
class signals {
public:
  /// Throws `std::system_error` if the system refuses a descriptor or a thread.
  explicit signals(inbox& to);

  ~signals();
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

private:
  void listen();

  inbox& to_;
  descriptor event_;
  std::stop_source end_;
  stop_event ended_{end_.get_token()};
  std::thread listener_;
};

} // namespace supervisor
