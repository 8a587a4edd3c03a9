#include "signals.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace supervisor {

namespace {

bool is_ignored(int number) {
  struct sigaction now {};
  return sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

} // namespace

void settle_signals() {
  std::signal(SIGUSR1, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
}

signals::signals(inbox& to) : to_{to} {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  sigset_t heard;
  sigemptyset(&heard);
  sigaddset(&heard, SIGUSR1);
  for (const int x : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(x))
      sigaddset(&heard, x);
  pthread_sigmask(SIG_BLOCK, &heard, nullptr);
  std::signal(SIGUSR1, SIG_DFL); // what is ignored cannot be read
  event_ = descriptor{signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (event_.number() < 0)
    throw std::system_error{errno, std::generic_category(),
                            "cannot make a signalfd"};
  listener_ = std::thread{[this] { listen(); }};
}

signals::~signals() {
  end_.request_stop();
  listener_.join();
}

void signals::listen() {
  std::array<pollfd, 2> sources{
    {{event_.number(), POLLIN, 0}, {ended_.number(), POLLIN, 0}}};
  int ends_asked = 0;
  while (!end_.stop_requested()) {
    poll(sources.data(), sources.size(), -1);
    signalfd_siginfo info{};
    if (read(event_.number(), &info, sizeof info) != sizeof info)
      continue;
    const auto number = static_cast<int>(info.ssi_signo);
    if (number == SIGUSR1) {
      to_.post(signal_came{number, 0});
      continue;
    }
    if (++ends_asked == 3)
      _exit(128 + number); // the keepers of commands end these
    to_.post(signal_came{number, ends_asked});
  }
}

} // namespace supervisor
