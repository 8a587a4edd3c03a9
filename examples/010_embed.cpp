// foreman in a host that knows nothing of actors: hand over jobs, answer at
// once, ask for the results later.

#include <foreman/system.hpp>

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

int import_rows(foreman::job_context& job, int rows) {
  int done = 0;
  while (done < rows) {
    job.throw_if_stopped(); // cancelled, or the system drains
    ++done;
  }
  return done;
}

} // namespace

int main() {
  foreman::system fm{{.workers = 4}};

  // Jobs of one project run one after another, in order; those of different
  // projects run side by side. `submit` never blocks.
  std::vector<foreman::ticket<int>> tickets;
  for (const auto* project : {"berlin", "lima"})
    for (const int rows : {100, 200, 300}) {
      auto ticket = fm.submit(project, [rows](foreman::job_context& job) {
        return import_rows(job, rows);
      });
      if (!ticket) {
        fmt::print("rejected: {}\n", ticket.error().message());
        return 1;
      }
      tickets.push_back(*std::move(ticket));
    }

  for (const auto& ticket : tickets)
    if (const auto rows = ticket.wait())
      fmt::print("{}: {} rows\n", ticket.project(), *rows);
    else
      fmt::print("{}: {}\n", ticket.project(), rows.error().message());

  // A failing job is an outcome, not a catastrophe.
  auto failing = fm.submit(
    "berlin", []() -> int { throw std::runtime_error{"the disk is full"}; });
  if (auto result = failing->wait(); !result)
    fmt::print("berlin: {}\n", to_string(result.error()));

  const auto report = fm.drain(std::chrono::seconds{10});
  fmt::print("{} succeeded, {} failed, {} left\n", report->books.succeeded,
             report->books.failed, report->left.size());
}
