#pragma once

#include <foreman/expected.hpp>
#include <foreman/export.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <typeinfo>

namespace foreman {

/// What the reset of a connection came to.
enum class reset_result : std::uint8_t {
  /// Nothing that a job did is left; the server was not asked.
  unasked,
  /// Nothing that a job did is left, and the server has answered: as good a
  /// sign of life as `connection::check`.
  answered,
  /// Something may be left that only closing takes away.
  must_close,
};

/// Something that a job needs and that can die: a database session, a broker
/// channel. Implement it for your own kind; age, idleness, trust and counters
/// are foreman's, once, for every kind.
///
/// Each worker owns connections of its own and calls them from its thread only,
/// so an implementation needs no lock; the one exception is `interrupt`.
/// Functions may throw; foreman treats an exception as the failure of that
/// call. They may submit; what would wait for a job there, or drain, is
/// `would_deadlock`.
class FOREMAN_EXPORT connection {
public:
  /// The unit of all deadlines here.
  using milliseconds = std::chrono::milliseconds;

  virtual ~connection() = default;

  /// Opens the connection; it is closed now. Must return by `within`: a success
  /// that comes later counts as a failure, and the connection is closed.
  virtual expected<void> open(milliseconds within) = 0;

  /// Closes it, whatever its state; destroy statements and cursors first.
  virtual void close() noexcept = 0;

  /// A free look at the socket: true if it is open and nothing waits to be
  /// read. Must not send anything. Return false if your kind cannot tell.
  virtual bool quiet() = 0;

  /// Asks the server for a sign of life. Must return by `within`, also when
  /// the server is stopped: an answer that comes later counts as none. Must
  /// never reconnect.
  virtual expected<void> check(milliseconds within) = 0;

  /// Whether a transaction is open.
  virtual bool in_transaction() = 0;

  /// Takes away what jobs did to the session and the next one must not meet:
  /// settings, temporary objects, locks, subscriptions, what was prepared. What
  /// `open` set up is there again afterwards. Called after a job that asked for
  /// the connection, without an open transaction, and before the job's outcome
  /// is published; `check_options::reset` can say otherwise. Must return by
  /// `within`, also when the server is stopped; must never reconnect. After an
  /// error, and after `must_close`, foreman closes the connection.
  ///
  /// The default is for kinds that keep nothing from one job to the next.
  virtual expected<reset_result> reset(milliseconds within);

  /// Whether `interrupt` can end what a job does with it. Default false.
  virtual bool can_interrupt() const noexcept;

  /// Ends the statement that the job's thread waits for, if it waits for one,
  /// so that it fails there; the session stays. Called when a job that asked
  /// for the connection is asked to stop, once, **on another thread**, while
  /// the job's thread may be inside the session: it must touch nothing that it
  /// does not share safely. Must return by `within`, also when the server is
  /// stopped: until it has returned nobody else gets the connection, it is not
  /// closed, and the job has no outcome, even if its body has ended. Returns
  /// whether it was done; if not, or later than `within`, it may still come, so
  /// that foreman closes the connection when the job has ended. Default: does
  /// nothing and returns false.
  virtual bool interrupt(milliseconds within) noexcept;

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
