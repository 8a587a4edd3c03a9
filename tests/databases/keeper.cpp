// Usage: foreman_databases start LINK
//        foreman_databases stop LINK
// `start` starts a MariaDB, a PostgreSQL and a Redis in a temporary folder,
// makes LINK lead there, and leaves a process behind, the keeper, that ends
// them and removes all: when told to `stop`, or when the process ends that
// called `start` (CTest, or the shell of who tries something by hand with
// FOREMAN_DATABASES=LINK).

#include "support/await.hpp"
#include "support/database_server.hpp"
#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <future>
#include <list>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace foreman::test {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error{errno, std::generic_category(), what};
}

int require(int result, const char* what) {
  if (result < 0)
    fail(what);
  return result;
}

// glibc 2.36 has it, for C only.
int open_process(pid_t id) {
  return static_cast<int>(syscall(SYS_pidfd_open, id, 0));
}

/// The keeper holds it while it lives.
class keeper_lock {
public:
  explicit keeper_lock(const fs::path& link)
    : file_{require(open((link.string() + ".lock").c_str(),
                         O_RDWR | O_CREAT | O_CLOEXEC, 0600),
                    "lock file")} {}

  ~keeper_lock() {
    ::close(file_);
  }

  keeper_lock(const keeper_lock&) = delete;
  keeper_lock& operator=(const keeper_lock&) = delete;

  /// Waits until nobody holds it.
  void take() {
    require(fcntl(file_, F_SETLKW, &whole_), "lock");
  }

  /// Who holds it, 0 if nobody does.
  pid_t holder() {
    auto found = whole_;
    require(fcntl(file_, F_GETLK, &found), "lock");
    return found.l_type == F_UNLCK ? 0 : found.l_pid;
  }

private:
  struct flock whole_ {
    F_WRLCK, SEEK_SET, 0, 0, 0
  };
  int file_;
};

void stop(const fs::path& link) {
  keeper_lock lock{link};
  if (const auto keeper = lock.holder())
    ::kill(keeper, SIGTERM);
  lock.take();
  // Of a keeper that was killed; its servers ended with it.
  std::error_code none;
  const auto folder = fs::canonical(link, none);
  if (!none)
    fs::remove_all(folder, none);
  fs::remove(link);
}

void give_to_nobody(const fs::path& folder) {
  if (geteuid() != 0)
    return;
  const auto* nobody = getpwnam("nobody");
  if (nobody == nullptr)
    fail("user nobody");
  require(chown(folder.c_str(), nobody->pw_uid, nobody->pw_gid), "chown");
}

/// Keeps the servers until `caller` ends or a signal comes; calls `ready` when
/// they answer.
template <class F>
void keep(const fs::path& link, int caller, F ready) {
  keeper_lock lock{link};
  lock.take();
  const temporary_folder folder;
  give_to_nobody(folder.path());
  constexpr std::array kinds{database_kind::mariadb, database_kind::postgresql,
                             database_kind::redis};
  const auto files_of = [&folder](database_kind kind) {
    return folder / (to_string(kind) + "-files");
  };
  {
    std::list<std::future<void>> made;
    for (const auto kind : kinds)
      made.push_back(std::async(std::launch::async, [&files_of, kind] {
        database_server::make_files(kind, files_of(kind));
      }));
    for (auto& x : made)
      x.get();
  }
  // Started on this thread: a server ends with the one that started it.
  std::list<database_server> servers;
  for (const auto kind : kinds) {
    const auto home = folder / to_string(kind);
    database_server::copy_files(files_of(kind), home);
    const auto& started = servers.emplace_back(kind, home);
    folder.write(to_string(kind) + ".port",
                 std::to_string(started.address().port));
  }
  fs::create_directory_symlink(folder.path(), link);
  ready();

  sigset_t signals;
  sigemptyset(&signals);
  for (const int x : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&signals, x);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  std::array ends{
    pollfd{caller, POLLIN, 0},
    pollfd{require(signalfd(-1, &signals, SFD_CLOEXEC), "signalfd"), POLLIN,
           0}};
  require(poll(ends.data(), ends.size(), -1), "poll");
  fs::remove(link);
  servers.clear();
  // Tests outlive a CTest that is killed: they may still write in there.
  await([&folder] {
    std::error_code in_use;
    fs::remove_all(folder.path(), in_use);
    return !fs::exists(folder.path());
  });
}

int start(const fs::path& link) {
  stop(link); // of a CTest that was killed a moment ago
  const int caller = require(open_process(getppid()), "pidfd_open");
  std::array<int, 2> report{};
  require(pipe2(report.data(), O_CLOEXEC), "pipe2");
  if (require(fork(), "fork") == 0) {
    // Away from the terminal, and from whoever reads what `start` prints.
    setsid();
    const int nothing = open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      dup2(nothing, stream);
    ::close(report[0]);
    try {
      keep(link, caller, [&report] { ::close(report[1]); });
    } catch (const std::exception& e) {
      const std::string_view why = e.what();
      (void) !write(report[1], why.data(), why.size());
    }
    return 0;
  }
  ::close(report[1]);
  std::string why;
  std::array<char, 4096> part{};
  for (ssize_t n = 0; (n = read(report[0], part.data(), part.size())) > 0;)
    why.append(part.data(), static_cast<std::size_t>(n));
  if (!why.empty())
    fmt::print(stderr, "{}\n", why);
  return why.empty() ? 0 : 1;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 2) {
    const auto link = fs::absolute(arguments[1]);
    if (arguments[0] == "start")
      return start(link);
    if (arguments[0] == "stop") {
      stop(link);
      return 0;
    }
  }
  fmt::print(stderr, "usage: foreman_databases start|stop LINK\n");
  return 2;
}

} // namespace

} // namespace foreman::test

int main(int argc, char* argv[]) {
  try {
    return foreman::test::run({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    fmt::print(stderr, "foreman_databases: {}\n", e.what());
    return 1;
  }
}
