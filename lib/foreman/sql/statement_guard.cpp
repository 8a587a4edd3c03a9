#include <foreman/sql/statement_guard.hpp>

#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>

namespace foreman::sql {

using namespace sqlite_api;
using namespace std::chrono_literals;

namespace {

// Those that take an argument and set nothing.
constexpr std::array<std::string_view, 11> asking_pragmas{
  "foreign_key_check", "foreign_key_list", "index_info",     "index_list",
  "index_xinfo",       "integrity_check",  "quick_check",    "table_info",
  "table_list",        "table_xinfo",      "wal_checkpoint",
};

bool only_asks(const char* pragma, const char* argument) {
  return argument == nullptr
    || std::find(asking_pragmas.begin(), asking_pragmas.end(),
                 std::string_view{pragma})
    != asking_pragmas.end();
}

// How many steps of its machine SQLite takes before it asks again: some 10 us.
constexpr int steps = 1'000;

} // namespace

void statement_guard::guard(sqlite3* handle) {
  interrupted_ = changed_ = false;
  sqlite3_set_authorizer(handle, on_prepare, this);
  sqlite3_progress_handler(handle, steps, on_progress, this);
  sqlite3_busy_handler(handle, on_lock, this);
  if (statement_timeout_.count() > 0)
    sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, on_start, this);
}

bool statement_guard::is_over() noexcept {
  if (interrupted_.load(std::memory_order_relaxed)
      && interrupted_.exchange(false))
    return true;
  return statement_timeout_.count() > 0
    && std::chrono::steady_clock::now() >= statement_until_;
}

int statement_guard::on_prepare(void* self, int action, const char* first,
                                const char* second, const char* database,
                                const char*) {
  auto& it = *static_cast<statement_guard*>(self);
  switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      it.changed_ = true;
      break;
    case SQLITE_PRAGMA:
      it.changed_ = it.changed_ || !only_asks(first, second);
      break;
    case SQLITE_READ:
    case SQLITE_SELECT:
    case SQLITE_FUNCTION:
      break;
    case SQLITE_UPDATE:
      // Each rename of a table does this, whatever is there.
      if (std::string_view{first}.starts_with("sqlite_temp_"))
        break;
      [[fallthrough]];
    default:
      // What is written to the temporary database; "temp" stands first where
      // a table is altered.
      for (const auto* name :
           {database, action == SQLITE_ALTER_TABLE ? first : nullptr})
        if (name != nullptr && std::string_view{name} == "temp")
          it.changed_ = true;
  }
  return SQLITE_OK;
}

int statement_guard::on_start(unsigned, void* self, void*, void* text) {
  auto& it = *static_cast<statement_guard*>(self);
  // A trigger, which runs within a statement, is told as a comment.
  if (!std::string_view{static_cast<const char*>(text)}.starts_with("--"))
    it.statement_until_
      = std::chrono::steady_clock::now() + it.statement_timeout_;
  return 0;
}

int statement_guard::on_progress(void* self) {
  return static_cast<statement_guard*>(self)->is_over() ? 1 : 0;
}

int statement_guard::on_lock(void* self, int waits) {
  auto& it = *static_cast<statement_guard*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (waits == 0)
    it.lock_until_ = now + it.lock_timeout_;
  if (now >= it.lock_until_ || it.is_over())
    return 0;
  // As long as SQLite's own.
  constexpr std::array<std::chrono::milliseconds, 10> pauses{
    1ms, 2ms, 5ms, 10ms, 15ms, 20ms, 25ms, 25ms, 25ms, 50ms};
  const auto which
    = std::min(static_cast<std::size_t>(waits), pauses.size() - 1);
  std::this_thread::sleep_for(
    std::min<deadline::duration>(pauses[which], it.lock_until_ - now));
  return 1;
}

} // namespace foreman::sql
