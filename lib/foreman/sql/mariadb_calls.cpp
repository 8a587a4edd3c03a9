#include <foreman/sql/mariadb_calls.hpp>
#include <foreman/sql/watchdog.hpp>

#include <poll.h>

#include <chrono>
#include <memory>

namespace foreman::sql {

namespace {

short events_of(int status) {
  return static_cast<short>((status & MYSQL_WAIT_READ ? POLLIN : 0)
                            | (status & MYSQL_WAIT_WRITE ? POLLOUT : 0)
                            | (status & MYSQL_WAIT_EXCEPT ? POLLPRI : 0));
}

int status_of(short events) {
  return (events & POLLIN ? MYSQL_WAIT_READ : 0)
    | (events & POLLOUT ? MYSQL_WAIT_WRITE : 0)
    | (events & POLLPRI ? MYSQL_WAIT_EXCEPT : 0);
}

// Takes a call of libmariadb that does not block to its end, unless `until`
// comes first. A read_timeout of the user's counts for queries; this has its
// own. `go_on` takes what the socket was found ready for.
template <class GoOn>
bool in_time(MYSQL* handle, int status, deadline until, const GoOn& go_on) {
  while (status != 0) {
    const auto came
      = wait_for(mysql_get_socket(handle), events_of(status), until);
    if (came == 0)
      return false;
    status = go_on(status_of(came));
  }
  return true;
}

// Under TLS the calls that do not block do so all the same, so that at the
// deadline another thread cuts the connection.
template <class Call>
done under_tls(MYSQL* handle, deadline until, const Call& call) {
  bool did = false;
  {
    const watchdog cuts{mysql_get_socket(handle), until};
    did = call();
  }
  // After the deadline it is not known whether the connection was cut.
  return std::chrono::steady_clock::now() < until ? done{did} : done{};
}

bool is_under_tls(MYSQL* handle) {
  return mysql_get_ssl_cipher(handle) != nullptr;
}

// Each time: a job that called reconnect() has another handle, on which the
// calls that do not block would crash.
bool may_not_block(MYSQL* handle) {
  return mysql_options(handle, MYSQL_OPT_NONBLOCK, nullptr) == 0;
}

done query_in_plain(MYSQL* handle, std::string_view query, deadline until) {
  int failed = 0;
  const auto status
    = mysql_real_query_start(&failed, handle, query.data(), query.size());
  if (!in_time(handle, status, until, [&](int ready) {
        return mysql_real_query_cont(&failed, handle, ready);
      }))
    return {};
  return failed == 0;
}

struct free_result {
  void operator()(MYSQL_RES* x) const {
    mysql_free_result(x);
  }
};

using result_ptr = std::unique_ptr<MYSQL_RES, free_result>;

// Of a result that is here.
bool copy_row(const result_ptr& from, row& into) {
  const auto columns = from ? mysql_fetch_row(from.get()) : nullptr;
  if (columns == nullptr)
    return false;
  into.clear();
  for (unsigned i = 0; i < mysql_num_fields(from.get()); ++i)
    into.emplace_back(columns[i] == nullptr ? "" : columns[i]);
  return true;
}

} // namespace

done do_query(MYSQL* handle, std::string_view query, deadline until) {
  if (!may_not_block(handle))
    return false;
  if (!is_under_tls(handle))
    return query_in_plain(handle, query, until);
  return under_tls(handle, until, [&] {
    return mysql_real_query(handle, query.data(), query.size()) == 0;
  });
}

done read_row(MYSQL* handle, std::string_view query, row& into,
              deadline until) {
  if (!may_not_block(handle))
    return false;
  result_ptr result;
  if (is_under_tls(handle)) {
    const auto did = under_tls(handle, until, [&] {
      if (mysql_real_query(handle, query.data(), query.size()) != 0)
        return false;
      result.reset(mysql_store_result(handle));
      return true;
    });
    return did && *did ? done{copy_row(result, into)} : did;
  }
  const auto did = query_in_plain(handle, query, until);
  if (!did || !*did)
    return did;
  MYSQL_RES* came = nullptr;
  const auto status = mysql_store_result_start(&came, handle);
  if (!in_time(handle, status, until, [&](int ready) {
        return mysql_store_result_cont(&came, handle, ready);
      }))
    return {};
  result.reset(came);
  return copy_row(result, into);
}

done reset_session(MYSQL* handle, deadline until) {
  if (!may_not_block(handle))
    return false;
  if (is_under_tls(handle))
    return under_tls(handle, until,
                     [&] { return mysql_reset_connection(handle) == 0; });
  int failed = 0;
  const auto status = mysql_reset_connection_start(&failed, handle);
  if (!in_time(handle, status, until, [&](int ready) {
        return mysql_reset_connection_cont(&failed, handle, ready);
      }))
    return {};
  return failed == 0;
}

} // namespace foreman::sql
