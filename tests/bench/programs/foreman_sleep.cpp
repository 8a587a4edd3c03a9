// Jobs that block: they sleep.

#include "bench.hpp"

#include <foreman/system.hpp>

int main(int argc, char** argv) {
  CLI::App app{"foreman: jobs that sleep"};
  std::size_t jobs = 20'000;
  std::size_t projects = 1'000;
  std::size_t workers = 20;
  unsigned microseconds = 1'000;
  app.add_option("--jobs", jobs, "jobs in all");
  app.add_option("--projects", projects, "projects they go to, in turn");
  app.add_option("--workers", workers, "threads that run jobs");
  app.add_option("--sleep", microseconds, "how long each sleeps, in us");
  bench::parse(app, argc, argv);
  const auto names = bench::project_names(projects);
  foreman::system fm{{.workers = workers}};
  const auto start = bench::clock::now();
  for (std::size_t i = 0; i < jobs; ++i)
    bench::expect(fm.submit(names[i % projects],
                            [microseconds] {
                              std::this_thread::sleep_for(
                                std::chrono::microseconds{microseconds});
                            })
                    .has_value(),
                  "a submit was rejected");
  const auto done = fm.drain(std::chrono::hours{1});
  const auto took = bench::seconds_since(start);
  bench::expect(done->books.succeeded == jobs, "jobs were lost");
  bench::figure("jobs", static_cast<double>(jobs) / took, "jobs/s");
}
