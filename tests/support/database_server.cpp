#include "support/database_server.hpp"

#include "support/await.hpp"
#include "support/database_script.hpp"
#include "support/shared_database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace foreman::test {

namespace {

namespace fs = std::filesystem;

fs::path fresh_folder(database_kind kind) {
  static std::atomic<int> made{0};
  const auto shared = shared_databases();
  auto result
    = shared / fmt::format("{}-{}-{}", to_string(kind), getpid(), ++made);
  database_server::copy_files(shared / (to_string(kind) + "-files"), result);
  return result;
}

// The database that every server has.
std::string first_database(database_kind kind) {
  switch (kind) {
    case database_kind::mariadb:
      return "test";
    case database_kind::postgresql:
      return "postgres";
    default:
      return "0";
  }
}

// PostgreSQL keeps a bit of shared memory with which it finds out whether it
// runs already. Only an orderly stop frees it.
int shared_memory_of(const database_address& server) {
  if (server.kind != database_kind::postgresql)
    return -1;
  std::ifstream in{server.folder / "data/postmaster.pid"};
  std::string line;
  for (int i = 0; i < 7; ++i) // as in PostgreSQL's pidfile.h
    std::getline(in, line);
  return std::stoi(line.substr(line.rfind(' ')));
}

} // namespace

void database_server::make_files(database_kind kind, const fs::path& folder) {
  run_database_script(kind, {"make", folder.string()});
}

void database_server::copy_files(const fs::path& from, const fs::path& to) {
  // Not by the standard library: whoever owns the files must still do so.
  const auto done = run_process({"/bin/cp", "-a", from, to}, "/");
  if (done.exit_code != 0)
    throw std::runtime_error{done.err};
}

database_server::database_server(database_kind kind)
  : database_server{kind, fresh_folder(kind)} {}

database_server::database_server(database_kind kind, fs::path folder)
  : address_{kind, std::move(folder), port_.number(), first_database(kind)} {
  start();
}

database_server::~database_server() {
  kill();
  std::error_code ignored;
  fs::remove_all(address_.folder, ignored);
  fs::remove(log_file(), ignored);
}

void database_server::start() {
  using namespace std::chrono_literals;
  fs::remove(address_.socket()); // a killed one leaves it
  launch();
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!answers()) {
    if (waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = 0;
      throw std::runtime_error{"the server ended at once: " + complaint()};
    }
    if (std::chrono::steady_clock::now() > until) {
      kill();
      throw std::runtime_error{"the server does not answer: " + complaint()};
    }
    std::this_thread::sleep_for(5ms); // the server needs the time
  }
  shared_memory_ = shared_memory_of(address_);
}

void database_server::launch() {
  const auto script = database_script(address_.kind);
  const auto port = std::to_string(address_.port);
  const auto log = log_file();
  const auto parent = getpid();
  process_ = fork();
  if (process_ < 0)
    throw std::system_error{errno, std::generic_category(), "fork"};
  if (process_ > 0)
    return;
  // Its own session: a ^C in the terminal is not for it.
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = open("/dev/null", O_RDONLY);
  const int output
    = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  // A connection of the test must not stay open in here.
  close_range(3, ~0U, 0);
  execl(script.c_str(), script.c_str(), "serve", address_.folder.c_str(),
        port.c_str(), nullptr);
  _exit(127);
}

bool database_server::answers() const {
  if (!fs::exists(address_.socket()))
    return false; // do not start a client in vain
  try {
    address_.ask(address_.kind == database_kind::redis ? "ping" : "select 1");
    return true;
  } catch (const std::runtime_error&) {
    return false; // it still reads its files
  }
}

std::string database_server::log_file() const {
  return address_.folder.string() + ".log";
}

std::string database_server::complaint() const {
  const auto log = content_of(log_file());
  return log.substr(log.size() - std::min<std::size_t>(log.size(), 2'000));
}

void database_server::stop() {
  thaw();
  // PostgreSQL waits for its clients at SIGTERM.
  ::kill(process_,
         address_.kind == database_kind::postgresql ? SIGINT : SIGTERM);
  waitpid(std::exchange(process_, 0), nullptr, 0);
}

void database_server::kill() {
  if (process_ == 0)
    return;
  freeze();
  frozen_->kill();
  waitpid(std::exchange(process_, 0), nullptr, 0);
  await([this] { return frozen_->have_ended(); });
  frozen_.reset();
  shmctl(shared_memory_, IPC_RMID, nullptr);
}

void database_server::freeze() {
  if (!frozen_)
    frozen_.emplace(process_);
}

void database_server::thaw() {
  frozen_.reset();
}

} // namespace foreman::test
