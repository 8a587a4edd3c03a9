#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace foreman::test {

/// Puts this process into a network of its own where every packet to
/// 192.0.2.0/24 is swallowed: its only interface is a tunnel from which nobody
/// reads. Returns false where the machine does not allow it. For a child
/// process with one thread, which it ends with.
inline bool enter_dark_namespace() {
  if (unshare(CLONE_NEWNET) != 0)
    return false;
  const int tunnel = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (tunnel < 0 || any < 0)
    return false;
  const auto set = [any](unsigned long what, const char* address) {
    ifreq request{};
    std::strcpy(request.ifr_name, "dark");
    auto& in = reinterpret_cast<sockaddr_in&>(request.ifr_addr);
    in.sin_family = AF_INET;
    inet_pton(AF_INET, address, &in.sin_addr);
    return ioctl(any, what, &request) == 0;
  };
  ifreq request{};
  std::strcpy(request.ifr_name, "dark");
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(tunnel, TUNSETIFF, &request) != 0 || !set(SIOCSIFADDR, "192.0.2.1")
      || !set(SIOCSIFNETMASK, "255.255.255.0"))
    return false;
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return ioctl(any, SIOCSIFFLAGS, &request) == 0;
}

} // namespace foreman::test
