#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database_server.hpp"
#include "support/process.hpp"
#include "support/shared_database.hpp"
#include "support/temporary_folder.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace foreman::test {

namespace {

namespace fs = std::filesystem;

database_kind any_kind() {
  return GENERATE(database_kind::mariadb, database_kind::postgresql,
                  database_kind::redis);
}

void write_42(const database_address& to) {
  if (to.kind == database_kind::redis)
    to.ask("set answer 42");
  else
    to.ask("create table answer (x int); insert into answer values (42)");
}

std::string read(const database_address& from) {
  return from.ask(from.kind == database_kind::redis ? "get answer"
                                                    : "select x from answer");
}

/// Whether the server lets `who` in by TCP.
bool lets_in(const database_address& who) {
  const auto port = std::to_string(who.port);
  switch (who.kind) {
    case database_kind::mariadb:
      return run_process({"/usr/bin/mariadb", "--no-defaults",
                          "--host=127.0.0.1", "--port=" + port,
                          "--user=" + who.user, "--password=" + who.password,
                          "--execute=do 1"},
                         "/")
               .exit_code
        == 0;
    case database_kind::postgresql:
      return run_process({"/usr/bin/env", "PGPASSWORD=" + who.password, "psql",
                          "--no-password", "--host=127.0.0.1", "--port=" + port,
                          "--username=" + who.user, "--dbname=" + who.name,
                          "--command=select 1"},
                         "/")
               .exit_code
        == 0;
    default:
      return run_process({"/usr/bin/redis-cli", "-e", "-p", port, "auth",
                          who.user, who.password},
                         "/")
               .exit_code
        == 0;
  }
}

/// Whether there is shared memory that `process` made.
bool made_shared_memory(pid_t process) {
  std::ifstream in{"/proc/sysvipc/shm"};
  for (std::string line; std::getline(in, line);) {
    std::istringstream row{line};
    std::string key, id, permissions, size, maker;
    row >> key >> id >> permissions >> size >> maker;
    if (maker == std::to_string(process))
      return true;
  }
  return false;
}

/// Lives until it is killed, with a server of its own.
class test_that_is_killed {
public:
  test_that_is_killed(database_kind kind, bool frozen) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    test_ = fork();
    if (test_ == 0) {
      alarm(60); // never longer than the test
      database_server server{kind};
      if (frozen)
        server.freeze();
      const auto id = server.process();
      (void) !write(ends[1], &id, sizeof(id));
      pause();
    }
    ::close(ends[1]);
    const auto size = ::read(ends[0], &server_, sizeof(server_));
    ::close(ends[0]);
    if (size != sizeof(server_))
      server_ = 0;
  }

  ~test_that_is_killed() {
    kill();
  }

  test_that_is_killed(const test_that_is_killed&) = delete;
  test_that_is_killed& operator=(const test_that_is_killed&) = delete;

  pid_t server() const {
    return server_;
  }

  void kill() {
    if (test_ == 0)
      return;
    ::kill(test_, SIGKILL);
    waitpid(test_, nullptr, 0);
    test_ = 0;
  }

private:
  pid_t test_ = 0;
  pid_t server_ = 0;
};

} // namespace

TEST_CASE("a shared server gives each test an empty database of its own") {
  const auto kind = any_kind();
  CAPTURE(to_string(kind));
  const shared_database one{kind};
  const shared_database other{kind};
  write_42(one.address());
  CHECK(read(one.address()) == "42");
  write_42(other.address()); // no table of this name yet
}

TEST_CASE("the database of a test is gone with it") {
  const auto kind = any_kind();
  CAPTURE(to_string(kind));
  auto address = [kind] {
    const shared_database mine{kind};
    write_42(mine.address());
    return mine.address();
  }();
  if (kind == database_kind::redis)
    CHECK(read(address).empty());
  else
    CHECK_THROWS(read(address));
}

TEST_CASE("a server wants the password of its user") {
  const shared_database mine{any_kind()};
  auto who = mine.address();
  CAPTURE(to_string(who.kind));
  CHECK(lets_in(who));
  who.password = "wrong";
  CHECK_FALSE(lets_in(who));
}

TEST_CASE("a server of a test's own runs as an unprivileged user") {
  const database_server server{any_kind()};
  struct stat facts {};
  REQUIRE(stat(("/proc/" + std::to_string(server.process())).c_str(), &facts)
          == 0);
  CHECK(facts.st_uid != 0);
}

TEST_CASE("a server that was killed comes back with the same data") {
  database_server server{any_kind()};
  CAPTURE(to_string(server.address().kind));
  write_42(server.address());
  const auto first = server.process();
  server.kill();
  CHECK(process_facts{first}.has_ended());
  CHECK_THROWS(read(server.address()));
  server.start();
  CHECK(server.process() != first);
  CHECK(read(server.address()) == "42");
}

TEST_CASE("a PostgreSQL that was killed leaves no shared memory") {
  database_server server{database_kind::postgresql};
  const auto first = server.process();
  REQUIRE(made_shared_memory(first));
  server.kill();
  CHECK_FALSE(made_shared_memory(first));
}

TEST_CASE("a server that was stopped comes back with the same data") {
  database_server server{any_kind()};
  CAPTURE(to_string(server.address().kind));
  write_42(server.address());
  server.stop();
  CHECK_THROWS(read(server.address()));
  server.start();
  CHECK(read(server.address()) == "42");
}

TEST_CASE("a frozen server stands still until it is thawed") {
  database_server server{any_kind()};
  CAPTURE(to_string(server.address().kind));
  server.freeze();
  CHECK(is_stopped(server.process()));
  for (const auto child : children_of(server.process()))
    CHECK(is_stopped(child));
  server.thaw();
  write_42(server.address());
  CHECK(read(server.address()) == "42");
}

TEST_CASE("a server dies with its test, also while it is frozen") {
  const auto kind = any_kind();
  const auto frozen = GENERATE(false, true);
  CAPTURE(to_string(kind), frozen);
  test_that_is_killed test{kind, frozen};
  REQUIRE(test.server() != 0);
  CHECK_FALSE(process_facts{test.server()}.has_ended());
  test.kill();
  CHECK(await([&] { return process_facts{test.server()}.has_ended(); }));
}

TEST_CASE("a test that is run without servers says what to do") {
  const std::string folder = std::getenv("FOREMAN_DATABASES");
  unsetenv("FOREMAN_DATABASES");
  CHECK_THROWS_WITH(shared_database{database_kind::redis},
                    "this test needs servers: run it by ctest, which starts "
                    "them");
  setenv("FOREMAN_DATABASES", folder.c_str(), 1);
}

TEST_CASE("the shared servers end with the process that wanted them") {
  const temporary_folder home;
  const auto link = home / "servers";
  // This shell is that process.
  const auto done
    = run_process({"/bin/sh", "-c",
                   "\"$1\" start \"$2\" && readlink \"$2\" && "
                   "cat \"$2\"/redis/data/appendonlydir/*.manifest",
                   "sh", FOREMAN_DATABASES_PROGRAM, link},
                  "/");
  INFO(done.out << done.err);
  REQUIRE(done.exit_code == 0);
  const fs::path folder = done.out.substr(0, done.out.find('\n'));
  CHECK(await([&] { return !fs::exists(folder); }));
  CHECK(await([&] { return !fs::is_symlink(link); }));
}

} // namespace foreman::test
