// The errors that a newcomer meets first, and what they say to do. Those of a
// build, such as a missing CAF or an old compiler, are in install/not-found.sh.

#include "support/catch.hpp"
#include "support/loopback_socket.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

#include <sys/socket.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace foreman::test;

namespace {

namespace fs = std::filesystem;

// As somebody who is not root, as permissions mean nothing to root.
std::vector<std::string> as_nobody(std::vector<std::string> command) {
  if (geteuid() == 0)
    command.insert(command.begin(),
                   {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534",
                    "--clear-groups", "--"});
  return command;
}

// A folder in which nobody but root may write, with a job in it.
class read_only_folder {
public:
  read_only_folder() {
    folder_.write("jobs.jsonl",
                  R"({"project": "p", "kind": "sql", "payload": )"
                  R"({"statements": ["select 1"]}})"
                  "\n");
    // The build may lie where others must not look.
    fs::copy_file(FOREMAN_SUPERVISOR, folder_ / "foreman-supervisor");
    fs::permissions(folder_.path(), fs::perms{0555});
  }

  ~read_only_folder() {
    fs::permissions(folder_.path(), fs::perms{0755});
  }

  read_only_folder(const read_only_folder&) = delete;
  read_only_folder& operator=(const read_only_folder&) = delete;

  const fs::path& path() const noexcept {
    return folder_.path();
  }

  process_result run(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{folder_ / "foreman-supervisor", "run"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_process(as_nobody(command), folder_.path());
  }

private:
  temporary_folder folder_;
};

} // namespace

TEST_CASE("a missing package without root says which command to run") {
  const temporary_folder folder;
  fs::copy(FOREMAN_SOURCE_DIR "/packages/install-missing.sh", folder.path());
  folder.write("debian.txt", "bash\nforeman-no-such-package # for this test\n");
  // All that the script needs, but no sudo.
  fs::create_directory(folder.path() / "bin");
  for (const auto* program : {"dirname", "sed", "dpkg-query", "apt-get"})
    fs::create_symlink(std::string{"/usr/bin/"} + program,
                       folder.path() / "bin" / program);
  fs::permissions(folder.path(), fs::perms{0755});
  const auto done = run_process(
    as_nobody({"/bin/bash", "-c",
               "source ./install-missing.sh; install_missing_packages"}),
    folder.path(), {"PATH=" + (folder / "bin")});
  CHECK(done.exit_code == 1);
  CHECK(done.err
        == "/bin/bash: as root, run: apt-get update && apt-get install "
           "foreman-no-such-package\n");
}

TEST_CASE("a wrong string for a database says what is allowed") {
  const read_only_folder folder;
  const auto done = folder.run({"jobs.jsonl", "--database=codes.db"});
  CHECK(done.exit_code == 2);
  CHECK(done.err
        == "foreman-supervisor: --database of main: the database string has no "
           "scheme; allowed are sqlite:FILE, mariadb:KEY=VALUE ... and "
           "postgresql:KEY=VALUE ...\n");
}

TEST_CASE("a server that is not there says where it was looked for") {
  loopback_socket free;
  free.bind(); // and never listens
  const read_only_folder folder;
  using pair = std::pair<std::string, std::string>;
  for (const auto& [kind, why] : {pair{"mariadb", "Can't connect to server"},
                                  pair{"postgresql", "Connection refused"}}) {
    const auto place = "127.0.0.1 port=" + std::to_string(free.port());
    const auto done
      = folder.run({"jobs.jsonl", "--database=" + kind + ":host=" + place});
    INFO(done.err);
    CHECK(done.exit_code == 2);
    CHECK(done.err.find("127.0.0.1:" + std::to_string(free.port()))
          != std::string::npos);
    CHECK(done.err.find(why) != std::string::npos);
  }
}

TEST_CASE("a read-only directory says what cannot be made, and where") {
  const read_only_folder folder;
  const auto done = folder.run({"jobs.jsonl"});
  CHECK(done.exit_code == 2);
  CHECK(done.err
        == "foreman-supervisor: --database of main: the SQLite file "
          + (folder.path() / "foreman.sqlite").string()
          + " cannot be opened: it is not there, and cannot be made in "
          + folder.path().string() + ": Permission denied\n");
}

TEST_CASE("a read-only directory for logs says which option names another") {
  const read_only_folder folder;
  const temporary_folder own;
  fs::permissions(own.path(), fs::perms{0777});
  own.write("jobs.jsonl",
            R"({"project": "p", "kind": "command", "payload": )"
            R"({"command": ["true"]}})");
  const auto done = folder.run({own / "jobs.jsonl", "--quiet"});
  CHECK(done.exit_code == 1);
  CHECK(done.out.find("cannot write the log "
                      + (folder.path() / "foreman-logs/1-p.log").string()
                      + ": Permission denied; --logs=DIR names another folder")
        != std::string::npos);
}

TEST_CASE("a port in use says what to do") {
  loopback_socket taken;
  taken.bind();
  REQUIRE(listen(taken.number(), 1) == 0);
  const auto done
    = run_process({FOREMAN_HTTP_HOST, std::to_string(taken.port())}, "/",
                  {"FOREMAN_TOKEN=secret"});
  CHECK(done.exit_code == 1);
  CHECK(done.err.find("another program listens there") != std::string::npos);
  CHECK(done.err.find("choose another port") != std::string::npos);
}
