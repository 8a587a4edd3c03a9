#include "signals.hpp"

#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace supervisor {

void ignore_early_signals() {
  std::signal(SIGUSR1, SIG_IGN);
}

signals::signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t ours;
  sigemptyset(&ours);
  for (const int x : {SIGINT, SIGTERM, SIGHUP, SIGUSR1})
    sigaddset(&ours, x);
  pthread_sigmask(SIG_BLOCK, &ours, nullptr);
  std::signal(SIGUSR1, SIG_DFL); // what is ignored cannot be read
  event_ = descriptor{signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (event_.number() < 0)
    throw std::system_error{errno, std::generic_category(),
                            "cannot make a signalfd"};
}

std::optional<int> signals::next() {
  signalfd_siginfo info{};
  if (read(event_.number(), &info, sizeof info) != sizeof info)
    return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

} // namespace supervisor
