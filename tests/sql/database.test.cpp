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
  const auto [database, message]
    = GENERATE(table<std::string_view, std::string_view>({
      {"", "the database string has no scheme; allowed is sqlite:FILE"},
      {"main.sqlite",
       "the database string has no scheme; allowed is sqlite:FILE"},
      {"mysql://root:secret@db/main",
       "the database string has the scheme \"mysql\"; allowed is sqlite:FILE"},
      {"SQLite:main.sqlite",
       "the database string has the scheme \"SQLite\"; allowed is sqlite:FILE"},
      {"sqlite:", "the database string names no file; allowed is sqlite:FILE"},
      {"sqlite::memory:",
       "a database in memory would be another one for each worker; allowed is "
       "sqlite:FILE"},
      {"sqlite:a\"b",
       "the name of a SQLite file holds a double quote or a zero byte; allowed "
       "is sqlite:FILE"},
      {"sqlite:a\0b"sv,
       "the name of a SQLite file holds a double quote or a zero byte; allowed "
       "is sqlite:FILE"},
    }));
  const auto refused = sql::connections_to(database);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == error{errc::invalid_option, std::string{message}});
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
                 "directory); allowed is sqlite:FILE"});
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
