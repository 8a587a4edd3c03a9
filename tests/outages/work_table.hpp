#pragma once

#include "support/database_address.hpp"

#include <soci/soci.h>

#include <string>
#include <utility>

namespace foreman::test {

/// A table of a server's in which each job writes a row: what ran, how often
/// and in which order is then told by the database.
class work_table {
public:
  explicit work_table(database_address where) : where_{std::move(where)} {
    where_.ask(std::string{"create table work (at "}
               + (where_.kind == database_kind::mariadb
                    ? "int auto_increment primary key"
                    : "serial primary key")
               + ", project varchar(99), number int)");
  }

  /// The `number`th job of `project`, from 0.
  static void write(soci::session& session, const std::string& project,
                    int number) {
    session << "insert into work (project, number) values (:project, :number)",
      soci::use(project), soci::use(number);
  }

  int rows() const {
    return std::stoi(where_.ask("select count(*) from work"));
  }

  /// How many rows do not follow the job that was submitted before: 0 if all
  /// ran once, in order.
  int rows_out_of_order() const {
    return std::stoi(where_.ask(
      "select count(*) from (select number, lag(number) over (partition by "
      "project order by at) as last_number from work) each_work "
      "where number <> coalesce(last_number, -1) + 1"));
  }

private:
  database_address where_;
};

} // namespace foreman::test
