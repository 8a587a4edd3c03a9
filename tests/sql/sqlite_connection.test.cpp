#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <foreman/sql/sqlite_connection.hpp>

#include <soci/soci.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds deadline = 2s;

soci::session& session_of(connection& from) {
  return *static_cast<soci::session*>(from.resource(typeid(soci::session)));
}

} // namespace

TEST_CASE("an open names the file that it could not open, and the reason") {
  const temporary_folder folder;
  std::string file;
  std::string reason;
  SECTION("no folder") {
    file = folder / "nowhere/main.sqlite";
    reason = "there is no folder " + (folder / "nowhere");
  }
  SECTION("a folder") {
    file = folder.path();
    reason = "it is a folder";
  }
  SECTION("no database") {
    file = folder.write("notes.txt", std::string(5'000, 'x'));
    reason = "file is not a database";
  }
  SECTION("a name that no file can have") {
    file = folder / std::string(300, 'x');
    reason = "Cannot establish connection to the database. unable to open "
             "database file";
  }
  sql::sqlite_connection broken{{file}};
  const auto opened = broken.open(deadline);
  REQUIRE_FALSE(opened);
  CHECK(opened.error()
        == error{errc::connection_unavailable,
                 "the SQLite file " + file + " cannot be opened: " + reason});
}

TEST_CASE("a locked file is a database in use: an open does not wait for it") {
  const temporary_folder folder;
  sql::sqlite_connection owner{{folder / "main.sqlite"}};
  REQUIRE(owner.open(deadline));
  session_of(owner) << "create table t (x)";
  session_of(owner) << "begin exclusive";

  sql::sqlite_connection late{{folder / "main.sqlite", 20ms}};
  REQUIRE(late.open(deadline));
  CHECK(late.check(deadline));
  CHECK_THROWS_WITH(session_of(late) << "insert into t values (1)",
                    Catch::Matchers::Contains("database is locked"));

  session_of(owner) << "rollback";
  CHECK_NOTHROW(session_of(late) << "insert into t values (1)");
}

TEST_CASE("a job's statement waits for a lock as long as the options say") {
  const temporary_folder folder;
  const sql::sqlite_options impatient{folder / "main.sqlite", 10ms};
  sql::sqlite_connection owner{impatient};
  sql::sqlite_connection other{impatient};
  REQUIRE(owner.open(deadline));
  REQUIRE(other.open(deadline));
  session_of(owner) << "begin immediate";
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(session_of(other) << "begin immediate", soci::soci_error);
  CHECK(std::chrono::steady_clock::now() - begin >= 10ms);
}

TEST_CASE("foreign keys are enforced") {
  const temporary_folder folder;
  sql::sqlite_connection it{{folder / "main.sqlite"}};
  REQUIRE(it.open(deadline));
  auto& session = session_of(it);
  session << "create table parent (id integer primary key)";
  session << "create table child (parent integer references parent (id))";
  CHECK_THROWS_AS(session << "insert into child values (1)", soci::soci_error);
}

TEST_CASE("a file name may hold what a shell or SOCI would trip over") {
  const temporary_folder folder;
  const auto* const name = GENERATE("two  spaces and more", "a=b timeout=c",
                                    "file:x?mode=memory", "it's", "\xC3\xBC");
  const auto file = folder / name;
  sql::sqlite_connection it{{file}};
  REQUIRE(it.open(deadline));
  session_of(it) << "create table t (x)";
  CHECK(std::filesystem::file_size(file) > 0);
}

TEST_CASE("a file that was replaced under an open connection is found out") {
  const temporary_folder folder;
  const auto file = folder / "main.sqlite";
  sql::sqlite_connection it{{file}};
  REQUIRE(it.open(deadline));
  session_of(it) << "create table t (x)";
  std::filesystem::rename(file, file + ".old");
  std::filesystem::copy(file + ".old", file);

  CHECK_FALSE(it.quiet());
  const auto checked = it.check(deadline);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message()
        == "the SQLite file " + file + " was deleted or replaced");
}

TEST_CASE("a session that its job has closed is not alive") {
  const temporary_folder folder;
  sql::sqlite_connection it{{folder / "main.sqlite"}};
  REQUIRE(it.open(deadline));
  session_of(it).close();
  CHECK_FALSE(it.quiet());
  CHECK_FALSE(it.in_transaction());
  const auto checked = it.check(deadline);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message()
        == "the session of the SQLite file " + (folder / "main.sqlite")
          + " is closed");
}

} // namespace foreman::test
