// foreman inside a host's caf::actor_system: the actors of both share one
// scheduler, and bodies run on threads of foreman's own. So a body that takes
// long, or waits for an actor, keeps no actor of the host waiting.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <fmt/format.h>

#include <vector>

namespace {

namespace compat = foreman::compat; // the same source for CAF 0.17 and 1.x

/// The host's own configuration, with what foreman needs in it. One thread
/// serves all actors here, so nothing may block it.
class host_config : public foreman::actors::host_config {
public:
  host_config() {
    option("scheduler.max-threads", std::size_t{1});
  }
};

/// An actor of the host: adds up the rows that it is told of.
caf::behavior row_counter(caf::event_based_actor*, int rows) {
  return {
    [rows](int more) mutable { return rows += more; },
  };
}

/// The body of a job. It may wait for an actor, as it is on no scheduler
/// thread.
int import_rows(caf::actor_system& host, const caf::actor& counter, int rows) {
  caf::scoped_actor self{host};
  int so_far = 0;
  compat::request(&*self, counter, caf::infinite, rows)
    .receive([&](int sum) { so_far = sum; },
             [](const caf::error& why) {
               throw foreman::exception{foreman::actors::to_error(why)};
             });
  return so_far;
}

} // namespace

int main() {
  host_config config;
  caf::actor_system host{config};
  const auto counter = host.spawn(row_counter, 0);

  // Declared after the actor system, so that it ends before it.
  foreman::system fm{host, {.workers = 4}};

  std::vector<foreman::ticket<int>> tickets;
  for (const int rows : {100, 200, 300}) {
    auto ticket = fm.submit("berlin", [&host, counter, rows] {
      return import_rows(host, counter, rows);
    });
    if (!ticket) {
      fmt::print("rejected: {}\n", ticket.error().message());
      return 1;
    }
    tickets.push_back(*std::move(ticket));
  }
  for (const auto& ticket : tickets)
    if (const auto so_far = ticket.wait())
      fmt::print("{}: {} rows so far\n", ticket.project(), *so_far);
    else
      fmt::print("{}: {}\n", ticket.project(), to_string(so_far.error()));
}
