#include <foreman/sql/client_side.hpp>

#include <string>

namespace foreman::sql {

void client_side::begin(soci::session& session) {
  set_ours(session);
}

void client_side::remember(const soci::session& session) {
  had_transformation_ = ours_.expired();
  logger_.emplace(session.get_logger());
  uppercase_ = session.get_uppercase_column_names();
}

void client_side::restore(soci::session& session) {
  set_ours(session);
  session.set_logger(*logger_);
  session.uppercase_column_names(uppercase_);
  session.get_query_stream().str({}); // a query that was never sent
}

void client_side::set_ours(soci::session& session) {
  const auto alive = std::make_shared<const int>();
  ours_ = alive;
  session.set_query_transformation(
    [alive](const std::string& query) { return query; });
}

} // namespace foreman::sql
