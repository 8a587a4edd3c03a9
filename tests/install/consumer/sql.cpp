// A host with a database, the file that its argument names.

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <soci/soci.h>

#include <iostream>
#include <string>

namespace {

int count_rows(foreman::job_context& job) {
  auto& session = job.connection<soci::session>("main");
  session << "create table if not exists rows (n integer)";
  session << "insert into rows values (1)";
  int result = 0;
  session << "select count(*) from rows", soci::into(result);
  return result;
}

} // namespace

int main(int argc, char* argv[]) {
  if (argc != 2)
    return 2;
  auto database
    = foreman::sql::connections_to("sqlite:" + std::string{argv[1]});
  if (!database) {
    std::cout << to_string(database.error()) << '\n';
    return 1;
  }
  foreman::system_options options{.workers = 1};
  options.connections.emplace("main", *std::move(database));
  foreman::system fm{std::move(options)};
  const auto rows = fm.submit("berlin", count_rows);
  if (!rows || !rows->wait()) {
    std::cout << "the job failed\n";
    return 1;
  }
  std::cout << *rows->wait() << " row\n";
  return *rows->wait() == 1 ? 0 : 1;
}
