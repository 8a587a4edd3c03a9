// How long small projects take beside a giant, and without it. Every job spins,
// so that a worker is taken for as long as it says.

#include "bench.hpp"

#include <foreman/system.hpp>

namespace {

void spin(std::chrono::microseconds time) {
  const auto end = bench::clock::now() + time;
  while (bench::clock::now() < end) {}
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"foreman: small projects beside a giant"};
  std::size_t giant = 0;
  std::size_t small_projects = 99;
  std::size_t small_jobs = 10;
  std::size_t workers = 2;
  unsigned microseconds = 100;
  app.add_option("--giant", giant, "jobs of the giant; 0 for none");
  app.add_option("--small-projects", small_projects, "small projects");
  app.add_option("--small-jobs", small_jobs, "jobs of each");
  app.add_option("--workers", workers, "threads that run jobs");
  app.add_option("--work", microseconds, "how long each job takes, in us");
  bench::parse(app, argc, argv);
  const std::chrono::microseconds work{microseconds};
  const auto names = bench::project_names(small_projects);
  foreman::system fm{
    {.workers = workers, .max = {.per_project = giant + small_jobs}}};
  std::vector<foreman::ticket<void>> giants;
  for (std::size_t i = 0; i < giant; ++i)
    giants.push_back(*fm.submit("giant", [work] { spin(work); }));
  std::vector<foreman::ticket<void>> tickets;
  const auto start = bench::clock::now();
  for (std::size_t i = 0; i < small_jobs; ++i)
    for (const auto& name : names)
      tickets.push_back(*fm.submit(name, [work] { spin(work); }));
  for (const auto& x : tickets)
    bench::expect(x.wait().has_value(), "a small job failed");
  bench::figure("small", bench::seconds_since(start) * 1e3, "ms");
  for (const auto& x : giants)
    (void) x.cancel();
}
