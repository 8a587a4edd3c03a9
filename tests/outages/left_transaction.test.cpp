#include "connected_system.hpp"
#include "support/shared_database.hpp"
#include "support/temporary_folder.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace foreman::test {

namespace {

/// A database of any kind that foreman::sql knows.
class any_database {
public:
  any_database() {
    const auto* const kind = GENERATE("sqlite", "mariadb", "postgresql");
    if (std::string{kind} == "sqlite") {
      folder_ = std::make_unique<temporary_folder>();
      text_ = "sqlite:" + (*folder_ / "main.sqlite");
      return;
    }
    server_ = std::make_unique<shared_database>(kind == std::string{"mariadb"}
                                                  ? database_kind::mariadb
                                                  : database_kind::postgresql);
    text_ = server_->address().by_tcp();
  }

  const std::string& text() const {
    return text_;
  }

private:
  std::unique_ptr<temporary_folder> folder_;
  std::unique_ptr<shared_database> server_;
  std::string text_;
};

} // namespace

TEST_CASE("a transaction that a job left open, however it ended, is never seen "
          "by the next job of its worker",
          "[G7]") {
  const any_database where;
  INFO(where.text());
  const bool fails = GENERATE(false, true);
  system fm{with_sessions(where.text(), 1)};
  REQUIRE(fm.submit("first",
                    [](job_context& job) {
                      main_session(job) << "create table t (x int)";
                    })
            ->wait());
  const auto left = fm.submit("second",
                              [fails](job_context& job) {
                                main_session(job) << "begin";
                                main_session(job) << "insert into t values (1)";
                                if (fails)
                                  throw std::runtime_error{"bad input"};
                              })
                      ->wait();
  CHECK(left.has_value() != fails);
  if (fails)
    CHECK(left.error().code() == errc::job_threw);
  const auto seen = fm.submit("third",
                              [](job_context& job) {
                                int rows = -1;
                                main_session(job) << "select count(*) from t",
                                  soci::into(rows);
                                return rows;
                              })
                      ->wait();
  CHECK(seen.value() == 0);
  CHECK(main_status(fm).counts.reopened_left_transaction == 1);
}

} // namespace foreman::test
