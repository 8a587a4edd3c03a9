#include <foreman/connection_set.hpp>

#include <fmt/format.h>

#include <utility>

namespace foreman {

connection_set::connection_set(const connection_factories& factories,
                               const endpoints& ends) {
  connections_.reserve(factories.size());
  for (const auto& [name, make] : factories) {
    auto made = make();
    if (!made)
      throw exception{
        {errc::invalid_option,
         fmt::format("the factory of connection {} made none", name)}};
    connections_.emplace_back(std::move(made), ends.at(connections_.size()));
  }
}

template <class F>
void connection_set::find_if(connection_mask needed, const F& f) {
  for (auto& x : connections_) {
    if ((needed & 1U) != 0 && f(x))
      return;
    needed >>= 1U;
  }
}

void connection_set::serve(std::string_view project) noexcept {
  for (auto& x : connections_)
    x.serve(project);
}

check_verdict connection_set::check(connection_mask needed, bool all_the_same) {
  check_verdict result;
  std::optional<clock::time_point> until;
  find_if(needed, [&](checked_connection& x) {
    if (!until)
      until = x.where().now() + x.where().options().budget;
    auto verdict = x.check(*until);
    if (verdict || !result)
      return false;
    result = std::move(verdict);
    return !all_the_same;
  });
  return result;
}

std::optional<error> connection_set::used(connection_mask needed,
                                          bool job_succeeded) {
  std::optional<error> result;
  find_if(needed, [&](checked_connection& x) {
    if (auto lost = x.used(job_succeeded); lost && !result)
      result = std::move(lost);
    return false;
  });
  return result;
}

connection_mask
connection_set::bit_of(const checked_connection& which) const noexcept {
  return connection_mask{1} << (&which - connections_.data());
}

connection_mask connection_set::interrupt(connection_mask which) noexcept {
  connection_mask over = 0;
  find_if(which, [&](checked_connection& x) {
    if (x.interrupt())
      over |= bit_of(x);
    return false;
  });
  return over;
}

void connection_set::interrupted(connection_mask which,
                                 connection_mask over) noexcept {
  find_if(which, [&](checked_connection& x) {
    x.interrupted((over & bit_of(x)) != 0);
    return false;
  });
}

void connection_set::offer() noexcept {
  for (auto& x : connections_)
    x.offer();
}

checked_connection* connection_set::find(std::string_view name,
                                         connection_mask needed) noexcept {
  checked_connection* result = nullptr;
  find_if(needed, [&](checked_connection& x) {
    if (x.name() == name)
      result = &x;
    return result != nullptr;
  });
  return result;
}

void connection_set::count(check_consequence what,
                           const endpoint& where) noexcept {
  find_if(all_connections, [&](checked_connection& x) {
    if (&x.where() != &where)
      return false;
    auto& to = x.counters();
    switch (what) {
      case check_consequence::begin:
        to.jobs_run_anyway.add();
        break;
      case check_consequence::defer:
        to.jobs_deferred.add();
        break;
      case check_consequence::fail:
        to.jobs_failed.add();
        break;
    }
    return true;
  });
}

} // namespace foreman
