#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <typeinfo>

namespace foreman {

/// Something that a job needs and that can die: a database session, a broker
/// channel. Implement it for your own kind; age, idleness, trust and counters
/// are foreman's, once, for every kind.
///
/// Each worker owns connections of its own and calls them from its thread only,
/// so an implementation needs no lock. Functions may throw; foreman treats an
/// exception as the failure of that call. They may submit; what would wait for
/// a job there, or drain, is `would_deadlock`.
class FOREMAN_EXPORT connection {
public:
  /// The unit of all deadlines here.
  using milliseconds = std::chrono::milliseconds;

  virtual ~connection() = default;

  /// Opens the connection; it is closed now. Must return by `within`.
  virtual expected<void> open(milliseconds within) = 0;

  /// Closes it, whatever its state; destroy statements and cursors first.
  virtual void close() noexcept = 0;

  /// A free look at the socket: true if it is open and nothing waits to be
  /// read. Must not send anything. Return false if your kind cannot tell.
  virtual bool quiet() = 0;

  /// Asks the server for a sign of life. Must return by `within`, also when
  /// the server is stopped; must never reconnect.
  virtual expected<void> check(milliseconds within) = 0;

  /// Whether a transaction is open.
  virtual bool in_transaction() = 0;

  /// The address of what a job works with if that is of type `type`, else
  /// null; `job_context::connection<T>` asks for `typeid(T)`.
  virtual void* resource(const std::type_info& type) noexcept = 0;
};

/// Makes a connection, not yet open. Called once per worker and name, by the
/// constructor of the system, which passes on what it throws.
using connection_factory = std::function<std::unique_ptr<connection>()>;

/// The connections of each worker, by the names under which jobs ask for them.
using connection_factories = std::map<std::string, connection_factory>;

} // namespace foreman
