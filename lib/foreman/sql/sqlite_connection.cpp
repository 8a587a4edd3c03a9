#include <foreman/sql/sqlite_connection.hpp>

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

namespace foreman::sql {

namespace {

// Null when a job has closed the session. SOCI hides the backend's type
// information, so no dynamic_cast can be asked.
sqlite_api::sqlite3* handle_of(soci::session& session) {
  auto* backend = session.get_backend();
  return backend == nullptr
    ? nullptr
    : static_cast<soci::sqlite3_session_backend*>(backend)->conn_;
}

bool was_moved(sqlite_api::sqlite3* handle) {
  int moved = 0;
  // Not SQLITE_OK means that the file system cannot tell.
  return sqlite_api::sqlite3_file_control(handle, "main",
                                          SQLITE_FCNTL_HAS_MOVED, &moved)
    == SQLITE_OK
    && moved != 0;
}

// What SQLite itself only calls "unable to open database file".
std::string reason_in_file_system(const std::string& file) {
  namespace fs = std::filesystem;
  const fs::path path{file};
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return "it is a folder";
  if (!fs::is_directory(path.parent_path(), ignored))
    return fmt::format("there is no folder {}", path.parent_path().string());
  if (!fs::exists(path, ignored)
      && access(path.parent_path().c_str(), W_OK) != 0)
    return fmt::format("it is not there, and cannot be made in {}: {}",
                       path.parent_path().string(),
                       std::generic_category().message(errno));
  return {};
}

} // namespace

sqlite_connection::sqlite_connection(sqlite_options options)
  : options_{std::move(options)},
    guard_{options_.lock_timeout, options_.statement_timeout} {}

sqlite_connection::~sqlite_connection() {
  close();
}

expected<void> sqlite_connection::open(milliseconds) {
  auto why = reason_in_file_system(options_.file);
  auto code = errc::connection_unavailable;
  if (why.empty()) {
    try {
      session_ = std::make_unique<soci::session>(
        soci::sqlite3, fmt::format("dbname=\"{}\"", options_.file));
      auto started = start_session();
      if (started)
        return {};
      why = started.error().message();
      code = started.error().code();
    } catch (const soci::soci_error& e) {
      why = e.get_error_message();
    }
  }
  close();
  return error{
    code,
    fmt::format("the SQLite file {} cannot be opened: {}", options_.file, why)};
}

expected<void> sqlite_connection::start_session() {
  auto* handle = handle_of(*session_);
  for (const char* statement :
       {"pragma schema_version", "pragma foreign_keys = on"}) {
    const auto code
      = sqlite_api::sqlite3_exec(handle, statement, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
      return error{errc::connection_unavailable,
                   sqlite_api::sqlite3_errmsg(handle)};
  }
  guard_.guard(handle);
  client_side_.begin(*session_);
  if (options_.start)
    options_.start(*session_);
  if (handle_of(*session_) == nullptr)
    return error{errc::connection_misconfigured,
                 "the start of a session has closed it"};
  if (in_transaction())
    return error{errc::connection_misconfigured,
                 "the start of a session has left a transaction open"};
  guard_.forget_changes();
  client_side_.remember(*session_);
  return {};
}

void sqlite_connection::close() noexcept {
  session_.reset();
}

bool sqlite_connection::quiet() {
  auto* handle = session_ ? handle_of(*session_) : nullptr;
  return handle != nullptr && !was_moved(handle);
}

expected<void> sqlite_connection::check(milliseconds) {
  guard_.forget_interrupt();
  auto* handle = session_ ? handle_of(*session_) : nullptr;
  if (handle == nullptr)
    return error{errc::connection_unavailable,
                 fmt::format("the session of the SQLite file {} is closed",
                             options_.file)};
  if (was_moved(handle))
    return error{
      errc::connection_unavailable,
      fmt::format("the SQLite file {} was deleted or replaced", options_.file)};
  // Touches no file, so no lock and no disk can make it late.
  int one = 0;
  *session_ << "select 1", soci::into(one);
  return {};
}

expected<reset_result> sqlite_connection::reset(milliseconds) {
  auto* handle = session_ ? handle_of(*session_) : nullptr;
  guard_.forget_interrupt();
  // The start, which alone could set its transformation of queries again, is
  // not called: it may not be made to run twice.
  if (handle == nullptr || guard_.changed()
      || client_side_.had_transformation())
    return reset_result::must_close;
  client_side_.restore(*session_);
  sqlite_api::sqlite3_set_last_insert_rowid(handle, 0);
  return reset_result::unasked;
}

bool sqlite_connection::interrupt(milliseconds) noexcept {
  guard_.interrupt();
  return true;
}

bool sqlite_connection::in_transaction() {
  auto* handle = session_ ? handle_of(*session_) : nullptr;
  return handle != nullptr && sqlite_api::sqlite3_get_autocommit(handle) == 0;
}

void* sqlite_connection::resource(const std::type_info& type) noexcept {
  return type == typeid(soci::session) ? session_.get() : nullptr;
}

} // namespace foreman::sql
