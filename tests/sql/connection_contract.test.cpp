#include "support/connection_contract.hpp"

#include "support/door.hpp"
#include "support/scripted_connection.hpp"
#include "support/temporary_folder.hpp"

#include <foreman/sql/sqlite_connection.hpp>

#include <soci/soci.h>

#include <filesystem>
#include <stdexcept>

namespace foreman::test {

namespace {

namespace fs = std::filesystem;

soci::session& session_of(connection& from) {
  return *static_cast<soci::session*>(from.resource(typeid(soci::session)));
}

} // namespace

TEST_CASE("a scripted connection keeps the contract of connections", "[G7]") {
  check_connection_contract([] {
    const auto server = std::make_shared<scripted_server>();
    contract_subject result;
    result.made = std::make_unique<scripted_connection>(server);
    result.resource = &typeid(scripted_session);
    result.begin = [server] { server->in_transaction = true; };
    result.kill = [server] { server->open = false; };
    result.take_away = [server] { server->accepts = false; };
    result.give_back = [server] { server->accepts = true; };
    server->has_state = true;
    const auto statement = std::make_shared<door>();
    server->interrupt = [statement] {
      statement->open();
      return true;
    };
    result.work = [statement] {
      if (statement->pass())
        throw std::runtime_error{"interrupted"};
    };
    return result;
  });
}

TEST_CASE("a SQLite connection keeps the contract of connections", "[G7]") {
  const temporary_folder folder;
  const fs::path home{folder / "home"};
  fs::create_directory(home);
  const fs::path file = home / "main.sqlite";
  check_connection_contract([&] {
    contract_subject result;
    result.made
      = std::make_unique<sql::sqlite_connection>(sql::sqlite_options{file});
    result.resource = &typeid(soci::session);
    auto* made = result.made.get();
    result.begin = [made] {
      auto& session = session_of(*made);
      session << "begin";
      session << "create table left_open (x)";
    };
    result.kill = [file] { REQUIRE(fs::remove(file)); };
    result.take_away = [home] { fs::rename(home, home.string() + "-away"); };
    result.give_back = [home] { fs::rename(home.string() + "-away", home); };
    result.leave = [made] { session_of(*made) << "pragma cache_size = 7"; };
    result.is_left = [made] {
      int size = 0;
      session_of(*made) << "pragma cache_size", soci::into(size);
      return size == 7;
    };
    result.work = [made] {
      long long count = 0;
      session_of(*made) << "with recursive r(x) as (select 1 union all select "
                           "x + 1 from r) select count(*) from r",
        soci::into(count);
    };
    return result;
  });
}

} // namespace foreman::test
