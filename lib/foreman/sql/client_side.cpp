#include <foreman/sql/client_side.hpp>

#include <string>

namespace foreman::sql {

void client_side::remember(const soci::session& session) {
  logger_.emplace(session.get_logger());
  uppercase_ = session.get_uppercase_column_names();
}

void client_side::restore(soci::session& session,
                          bool also_transformation) const {
  session.set_logger(*logger_);
  session.uppercase_column_names(uppercase_);
  if (also_transformation)
    session.set_query_transformation(
      [](const std::string& query) { return query; });
  session.get_query_stream().str({}); // a query that was never sent
}

} // namespace foreman::sql
