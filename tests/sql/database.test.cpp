#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <foreman/sql/database.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace foreman::test {

namespace fs = std::filesystem;

TEST_CASE("a database string that cannot be used is refused with the reason") {
  using namespace std::string_view_literals;
  constexpr auto schemes
    = "; allowed are sqlite:FILE, mariadb:KEY=VALUE ... and "
      "postgresql:KEY=VALUE ..."sv;
  constexpr auto file
    = "; allowed is sqlite:FILE, or sqlite:FILE?statement_timeout=N"sv;
  constexpr auto mariadb
    = "; allowed is mariadb:KEY=VALUE ... with each of host, port, "
      "unix_socket, "
      "user, password, pass, dbname, db, charset, connect_timeout, "
      "read_timeout, write_timeout, statement_timeout, local_infile, sslca, "
      "sslcert, sslkey once "
      "at most, and a value with blanks in single quotes"sv;
  constexpr auto postgresql
    = "; allowed is postgresql:KEY=VALUE ... with the keys of libpq, or "
      "statement_timeout, and a value "
      "with blanks in single quotes, or "
      "postgresql://USER:PASSWORD@HOST:PORT/DATABASE?KEY=VALUE"sv;
  struct row {
    std::string_view database;
    std::string_view why;
    std::string_view allowed;
  };
  const auto x = GENERATE_COPY(values<row>({
    {"", "the database string has no scheme", schemes},
    {"main.sqlite", "the database string has no scheme", schemes},
    {"password=a b:secret", "the database string has no scheme", schemes},
    {"SQLite:main.sqlite", "the database string has the scheme \"SQLite\"",
     schemes},
    {"mongodb://root:secret@db",
     "the database string has the scheme \"mongodb\"", schemes},

    {"sqlite:", "the database string names no file", file},
    {"sqlite::memory:",
     "a database in memory would be another one for each worker", file},
    {"sqlite:a\"b",
     "the name of a SQLite file holds a double quote or a zero byte", file},
    {"sqlite:a\0b"sv,
     "the name of a SQLite file holds a double quote or a zero byte", file},

    {"mysql://root:secret@db/main", "MariaDB has no URI", mariadb},
    {"mariadb://root:secret@db/main?a=b", "MariaDB has no URI", mariadb},
    {"mariadb:host=a,b",
     "host has a comma or a semicolon, but what is known of a connection is "
     "known of one server",
     mariadb},
    {"mariadb:port=1 host=a;port=2",
     "host has a comma or a semicolon, but what is known of a connection is "
     "known of one server",
     mariadb},
    {"mariadb:host", "setting 1 is not of the form KEY=VALUE", mariadb},
    {"mariadb:=db", "setting 1 is not of the form KEY=VALUE", mariadb},
    {"mariadb:user=root password=my secret",
     "setting 3 is not of the form KEY=VALUE", mariadb},
    {"mariadb:password=my secret=2", "setting 2 has an unknown key", mariadb},
    {"mariadb:Host=db", "setting 1 has an unknown key", mariadb},
    {"mariadb:ssl_mode=REQUIRED", "setting 1 has an unknown key", mariadb},
    {"mariadb:password='secret",
     "setting 1 has a quote or a backslash that nothing ends", mariadb},
    {"mariadb:user=root password=secret\\",
     "setting 2 has a quote or a backslash that nothing ends", mariadb},
    {"mariadb:password='secret\\'",
     "setting 1 has a quote or a backslash that nothing ends", mariadb},
    {"mariadb:password=a\0b"sv, "the database string has a zero byte", mariadb},
    {"mariadb:host=a host=b", "host is given twice", mariadb},
    {"mariadb:pass=a password=b", "password is given twice", mariadb},
    {"mariadb:db=a dbname=b", "dbname is given twice", mariadb},
    {"mariadb:port=0", "port is no whole number from 1 to 65535", mariadb},
    {"mariadb:port=65536", "port is no whole number from 1 to 65535", mariadb},
    {"mariadb:port=99999999999999999999",
     "port is no whole number from 1 to 65535", mariadb},
    {"mariadb:port=", "port is no whole number from 1 to 65535", mariadb},
    {"mariadb:port=+1", "port is no whole number from 1 to 65535", mariadb},
    {"mariadb:port=1x", "port is no whole number from 1 to 65535", mariadb},
    {"mariadb:connect_timeout=0",
     "connect_timeout is no whole number from 1 to 86400", mariadb},
    {"mariadb:read_timeout=-1",
     "read_timeout is no whole number from 1 to 86400", mariadb},
    {"mariadb:write_timeout=86401",
     "write_timeout is no whole number from 1 to 86400", mariadb},
    {"mariadb:local_infile=2", "local_infile is no whole number from 0 to 1",
     mariadb},
    {"mariadb:reconnect=1",
     "reconnect would silently lose session variables and open transactions; "
     "foreman opens a new session before a job instead",
     mariadb},

    {"postgresql:host", "setting 1 is not of the form KEY=VALUE", postgresql},
    {"postgresql:user=fm password=my secret",
     "setting 3 is not of the form KEY=VALUE", postgresql},
    {"postgresql:user=fm password=my secret=2", "setting 3 has an unknown key",
     postgresql},
    {"postgresql:password='secret",
     "setting 1 has a quote or a backslash that nothing ends", postgresql},
    {"postgresql:password=a\0b"sv, "the database string has a zero byte",
     postgresql},
    {"postgresql:port=0", "port is no whole number from 1 to 65535",
     postgresql},
    {"postgresql:connect_timeout=soon",
     "connect_timeout is no whole number from 0 to 86400", postgresql},
    {"postgresql:keepalives=2", "keepalives is no whole number from 0 to 1",
     postgresql},
    {"postgresql:sslmode=maybe", "sslmode has a value that libpq refuses",
     postgresql},
    {"postgresql:host=a,b",
     "host names several servers, but what is known of a connection is known "
     "of one",
     postgresql},
    {"postgresql:host=a port=1,2",
     "port names several servers, but what is known of a connection is known "
     "of one",
     postgresql},
    {"postgresql://fm:secret@a,b/main",
     "host names several servers, but what is known of a connection is known "
     "of one",
     postgresql},
    {"postgresql://fm:%zz@db/main",
     "the PostgreSQL string is no URI that libpq can read", postgresql},
    {"postgresql://db/main?secret=x",
     "the PostgreSQL string is no URI that libpq can read", postgresql},
  }));
  INFO(x.database);
  const auto refused = sql::connections_to(x.database);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::invalid_option);
  CHECK(refused.error().message()
        == std::string{x.why} + std::string{x.allowed});
}

TEST_CASE("a database string of a server gives closed connections to it") {
  const auto* const database = GENERATE(
    "mariadb:", "mysql:host=db", "mariadb: host = db port=3306\tuser='a b' ",
    "mariadb:password='it\\'s a \\\\ secret' db=main", "mariadb:password=''",
    "postgresql:", "postgresql:host=db port=5432 user=fm dbname=main",
    "postgresql:password='it\\'s a \\\\ secret' sslmode=require",
    "postgresql://fm:secret@db:5432/main?connect_timeout=1",
    "postgresql:host=2001:db8::1");
  INFO(database);
  const auto make = sql::connections_to(database);
  REQUIRE(make);
  const auto made = (*make)();
  CHECK_FALSE(made->quiet());
  CHECK_FALSE(made->check(std::chrono::seconds{1}));
}

TEST_CASE("a password may be given beside the database string") {
  for (const auto* database : {"mariadb:host=db", "postgresql:host=db",
                               "postgresql://fm@db/main?sslmode=require"}) {
    INFO(database);
    CHECK_FALSE(sql::holds_password(database));
    CHECK(sql::connections_to(database, "it's a \\ secret"));
  }
  for (const auto* database :
       {"mariadb:host=db password=''", "mysql:pass=secret",
        "postgresql:password=secret", "postgresql://fm:secret@db/main"}) {
    INFO(database);
    CHECK(sql::holds_password(database));
    const auto twice = sql::connections_to(database, "secret");
    REQUIRE_FALSE(twice);
    CHECK(twice.error().message()
          == "the database string holds a password, and another one is given "
             "beside it; allowed is one");
  }
  CHECK(sql::holds_password("postgresql:sslpassword=secret"));
  CHECK_FALSE(sql::holds_password("sqlite:password=secret"));
  CHECK_FALSE(sql::holds_password("nowhere:password=secret"));
  CHECK(sql::connections_to("sqlite:main.sqlite", "secret").error().message()
        == "SQLite has no passwords; allowed is none");
  CHECK(
    sql::connections_to("mariadb:", std::string{"a\0b", 3}).error().message()
    == "the password holds a zero byte, which no server takes");
}

TEST_CASE("a relative file is refused where the process is nowhere") {
  const auto before = fs::current_path();
  {
    const temporary_folder folder;
    fs::current_path(folder.path());
  } // which is gone
  const auto refused = sql::connections_to("sqlite:main.sqlite");
  fs::current_path(before);
  REQUIRE_FALSE(refused);
  CHECK(refused.error()
        == error{errc::invalid_option,
                 "main.sqlite cannot be made an absolute path (No such file or "
                 "directory); allowed is sqlite:FILE, or "
                 "sqlite:FILE?statement_timeout=N"});
}

TEST_CASE("a database string gives closed connections to its file") {
  const temporary_folder folder;
  const auto file = folder / "main.sqlite";
  const auto make = sql::connections_to("sqlite:" + file);
  REQUIRE(make);
  const auto made = (*make)();
  CHECK_FALSE(made->quiet());
  CHECK_FALSE(fs::exists(file));
  REQUIRE(made->open(std::chrono::seconds{2}));
  CHECK(fs::exists(file));
}

TEST_CASE(
  "a relative file counts from where the process was when it was read") {
  const temporary_folder folder;
  const auto before = fs::current_path();
  fs::current_path(folder.path());
  const auto make = sql::connections_to("sqlite:main.sqlite");
  fs::current_path(before);
  REQUIRE(make);
  REQUIRE((*make)()->open(std::chrono::seconds{2}));
  CHECK(fs::exists(folder / "main.sqlite"));
}

} // namespace foreman::test
