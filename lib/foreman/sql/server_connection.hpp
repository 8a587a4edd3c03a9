#pragma once

#include <foreman/connection.hpp>
#include <foreman/export.hpp>
#include <foreman/sql/socket.hpp>

#include <soci/soci.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>

namespace foreman::sql {

/// What connections to database servers have in common, whatever the server:
/// the life of a session, deadlines that hold against a server that is stopped
/// or cut off, and the peek at its socket.
///
/// Every open makes a new session, yet one session serves many jobs: what a job
/// changes in it and does not undo, the next jobs of the same worker find, of
/// whatever project, until the connection is reopened: `SET SESSION`, temporary
/// tables, `USE`, `SET ROLE`, advisory locks, `LISTEN`. Only a transaction that
/// was left open never reaches another job. Nothing is reset between jobs, as
/// that costs a round trip for each, as much as a ping; a job that needs a
/// clean session can have one for that price.
class FOREMAN_EXPORT server_connection : public connection {
public:
  /// Returns by `within`, to the millisecond, also while a name is resolved, a
  /// host has several addresses, or the server falls silent half way. The
  /// client libraries cannot promise that, so a thread of its own opens the
  /// session. One that is late closes what it gets, and until it has ended,
  /// the next open fails at once: one such thread per connection at most. It
  /// ends by itself after the library's own `connect_timeout`, which counts
  /// whole seconds for each address; or, if the server fell silent in the
  /// middle of the login, when the operating system gives up on the socket. A
  /// process that exits meanwhile waits up to 2 s for it.
  expected<void> open(milliseconds within) final;

  /// Never waits for the server.
  void close() noexcept final;

  bool quiet() final;

  expected<void> check(milliseconds within) final;

  bool in_transaction() final;

  void* resource(const std::type_info& type) noexcept final;

protected:
  using session_ptr = std::unique_ptr<soci::session>;

  /// `name` is how errors call the server, such as "MariaDB at db:3306".
  explicit server_connection(std::string name);

  const std::string& name() const noexcept {
    return name_;
  }

private:
  /// Returns what opens a session, or says why not. It runs on another thread
  /// and may outlive this object.
  virtual std::function<expected<session_ptr>()>
  opener(milliseconds within) const = 0;

  /// Called with a session that was just opened.
  virtual void opened(soci::session&) {}

  /// These are called with a session whose backend is there. The socket is -1
  /// when the client library has given the session up.
  virtual int socket_of(soci::session& session) = 0;
  /// Whether the client library knows how the session stands; if not, a ping
  /// must find out.
  virtual bool is_known(soci::session& session) = 0;
  virtual expected<void> ping(soci::session& session, deadline until) = 0;
  virtual bool has_transaction(soci::session& session) = 0;

  // Null if there is no session, or a job has closed it.
  soci::session* usable_session() noexcept;

  error unavailable(std::string_view why) const;

  std::string name_;
  // Null while closed. A new one for each open.
  session_ptr session_;
  // A ping failed or was late: the client library may be in the middle of it.
  bool broken_ = false;
  // Ready when the last open is over, on its thread.
  std::shared_future<void> opening_;
};

/// `within` in whole seconds, rounded up, unless `asked` by the user is less;
/// both libraries read 0 as for ever.
FOREMAN_EXPORT std::chrono::seconds
connect_timeout(connection::milliseconds within, const std::string* asked);

} // namespace foreman::sql
