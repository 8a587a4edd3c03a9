#pragma once

#include <foreman/connection.hpp>
#include <foreman/export.hpp>
#include <foreman/sql/bounded_call.hpp>
#include <foreman/sql/client_side.hpp>
#include <foreman/sql/session_start.hpp>
#include <foreman/sql/socket.hpp>

#include <soci/soci.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace foreman::sql {

/// What connections to database servers have in common, whatever the server:
/// the life of a session, deadlines that hold against a server that is stopped
/// or cut off, and the peek at its socket.
///
/// Every open makes a new session, and one session serves many jobs, with a
/// reset between them. What it begins with is what the database string and a
/// `session_start` say, after an open as after a reset.
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

  expected<reset_result> reset(milliseconds within) final;

  bool can_interrupt() const noexcept final {
    return true;
  }

  /// By a connection of its own, which a thread of its own makes: what is late
  /// is left behind, as by `open`.
  bool interrupt(milliseconds within) noexcept final;

  void* resource(const std::type_info& type) noexcept final;

protected:
  using session_ptr = std::unique_ptr<soci::session>;

  /// `name` is how errors call the server, such as "MariaDB at db:3306".
  server_connection(std::string name, session_start start);

  const std::string& name() const noexcept {
    return name_;
  }

  error unavailable(std::string_view why) const;

private:
  /// Returns what opens a session, or says why not. It runs on another thread
  /// and may outlive this object.
  virtual std::function<expected<session_ptr>()>
  opener(milliseconds within) const = 0;

  /// Returns what ends the statement that runs in the session, and tells
  /// whether it did. Called on any thread between an open and a close; what it
  /// returns may outlive this object.
  virtual std::function<bool()> interrupter(milliseconds within) const = 0;

  // These are called with a session whose backend is there.

  /// Does what the database string asks for, in a session that was just opened
  /// or taken back.
  virtual expected<void> set_up(soci::session&, deadline) {
    return {};
  }

  /// Notes how the session is that was just opened and set up.
  virtual expected<void> note_opened(soci::session& session, deadline until)
    = 0;

  /// Has the server take away what jobs did.
  virtual expected<void> take_back(soci::session& session, deadline until) = 0;

  /// Whether one that was taken back and set up is as it was when it was
  /// opened; if not, only closing helps.
  virtual expected<bool> is_as_opened(soci::session&, deadline) {
    return true;
  }

  /// -1 when the client library has given the session up.
  virtual int socket_of(soci::session& session) = 0;
  /// Whether the client library knows how the session stands; if not, a ping
  /// must find out.
  virtual bool is_known(soci::session& session) = 0;
  virtual expected<void> ping(soci::session& session, deadline until) = 0;
  virtual bool has_transaction(soci::session& session) = 0;

  expected<void> make_ready(soci::session& session, deadline until);

  expected<void> start(soci::session& session, deadline until);

  expected<reset_result> reset_by(soci::session& session, deadline until);

  // Null if there is no session, or a job has closed it.
  soci::session* usable_session() noexcept;

  std::string name_;
  session_start start_;
  // Null while closed. A new one for each open.
  session_ptr session_;
  client_side client_side_;
  // A ping failed or was late: the client library may be in the middle of it.
  bool broken_ = false;
  bounded_call<expected<session_ptr>> opens_;
  bounded_call<bool> interrupts_;
};

/// `within` in whole seconds, rounded up, unless `asked` by the user is less;
/// both libraries read 0 as for ever.
FOREMAN_EXPORT std::chrono::seconds
connect_timeout(connection::milliseconds within, const std::string* asked);

} // namespace foreman::sql
