#pragma once

#include "json.hpp"

#include <soci/soci.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supervisor {

/// Rows as text, NULL as none.
using text_rows = std::vector<std::vector<std::optional<std::string>>>;

/// What differs between the databases that jobs work on. Statements go straight
/// to the client library of the database: SOCI would read `:name` in them as a
/// parameter. Errors are `std::runtime_error` with what the database said.
class dialect {
public:
  virtual ~dialect();

  /// The one statement in `text`, without the semicolon that may end it, as far
  /// as that can be known before anything starts. The error continues a
  /// sentence that begins with the name of the text.
  virtual foreman::expected<std::string_view>
  statement_in(std::string_view text) const;

  /// Whether it lets one transaction write at a time while others poll.
  virtual bool one_writer() const noexcept;

  virtual void begin(soci::session& session) const;

  /// Whether the transaction that was begun has not been ended, by whomever.
  virtual bool in_transaction(soci::session& session) const = 0;

  /// Whether `statement` is one before and after which the database commits by
  /// itself.
  virtual bool commits(std::string_view statement) const;

  /// Throws if a value is text that the database could not hold as it is;
  /// `name` is how the error calls it.
  virtual void require_storable(const json& value, std::string_view name) const;

  /// Runs one statement. The rows of a query go to `rows`, or nowhere.
  virtual void run(soci::session& session, const std::string& statement,
                   text_rows* rows) const = 0;

  /// `name` as a statement may hold it even if it is a keyword; requires
  /// `is_identifier(name)`.
  virtual std::string quoted_identifier(std::string_view name) const;

  /// What selects whether the column `value` is `wanted`, and how it reads. The
  /// database compares, by its own rules.
  virtual std::string comparison(soci::session& session,
                                 const json& wanted) const = 0;
};

/// The dialect of a database string that `foreman::sql` takes.
const dialect& dialect_of(std::string_view database);

const dialect& sqlite_dialect();
const dialect& mariadb_dialect();
const dialect& postgresql_dialect();

/// `text` between single quotes, with those in it doubled.
std::string quoted_text(std::string_view text);

/// What a database said, without the function of SOCI that heard it.
std::string message_of(const soci::soci_error& e);

} // namespace supervisor
