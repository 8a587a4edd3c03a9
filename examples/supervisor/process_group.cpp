#include "process_group.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

[[noreturn]] void refuse(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

struct two_ends {
  descriptor ours;
  descriptor theirs;
};

// Above those where a keeper lays them.
descriptor high(const descriptor& low) {
  descriptor result{fcntl(low.number(), F_DUPFD_CLOEXEC, 10)};
  if (result.number() < 0)
    refuse("cannot copy a descriptor");
  return result;
}

descriptor nothing_to_read() {
  const descriptor result{open("/dev/null", O_RDONLY | O_CLOEXEC)};
  if (result.number() < 0)
    refuse("cannot open /dev/null");
  return high(result);
}

two_ends make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    refuse("cannot make a pipe");
  descriptor ours{ends[0]};
  const descriptor theirs{ends[1]};
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {std::move(ours), high(theirs)};
}

two_ends make_socket() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    refuse("cannot make a socket");
  descriptor ours{ends[0]};
  const descriptor theirs{ends[1]};
  return {std::move(ours), high(theirs)};
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const auto& x : texts)
    result.push_back(const_cast<char*>(x.c_str())); // as exec wants it
  result.push_back(nullptr);
  return result;
}

void send_order(int socket, keeper_order what) {
  (void) send(socket, &what, sizeof what, MSG_NOSIGNAL);
}

} // namespace

process_group::process_group(const program_call& what) {
  const auto input = nothing_to_read();
  auto output = make_pipe();
  auto errors = make_pipe();
  auto socket = make_socket();
  const auto arguments = pointers_to(what.arguments);
  const auto environment = pointers_to(what.environment);
  // No signal handler of the program may run in the fork.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  keeper_process_ = _Fork();
  if (keeper_process_ == 0)
    keep({what.program.c_str(), what.directory.c_str(), arguments.data(),
          environment.data()},
         {input.number(), output.theirs.number(), errors.theirs.number(),
          socket.theirs.number()});
  const int failed = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = failed;
  if (keeper_process_ < 0)
    refuse("cannot start a process");
  output_ = std::move(output.ours);
  errors_ = std::move(errors.ours);
  keeper_ = std::move(socket.ours);
}

process_group::~process_group() {
  keeper_.close(); // it ends all that still runs, and itself
  while (waitpid(keeper_process_, nullptr, 0) < 0 && errno == EINTR)
    ;
}

void process_group::ask_to_end() {
  send_order(keeper_.number(), keeper_order::ask_to_end);
}

void process_group::kill() {
  send_order(keeper_.number(), keeper_order::kill);
}

program_end process_group::wait() {
  program_end result{program_end::what::lost};
  while (recv(keeper_.number(), &result, sizeof result, 0) < 0
         && errno == EINTR)
    ;
  return result;
}

} // namespace supervisor
