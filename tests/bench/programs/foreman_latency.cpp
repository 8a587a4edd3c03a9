// From submit to the first line of the body: when everything is idle, or under
// a steady load.

#include "latency.hpp"

#include <foreman/system.hpp>

#include <future>

namespace {

// One job after another, each when all have fallen asleep again.
std::vector<double> idle(foreman::system& fm, std::size_t count) {
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    const auto start = bench::clock::now();
    const auto begun = fm.submit("project", [] { return bench::clock::now(); });
    bench::expect(begun.has_value(), "a submit was rejected");
    result.push_back(bench::microseconds(*begun->wait() - start));
  }
  return result;
}

// `rate` jobs a second in all, spread over `projects`.
std::vector<double> steady(foreman::system& fm, std::size_t count,
                           std::size_t projects, double rate) {
  const auto names = bench::project_names(projects);
  std::vector<bench::clock::duration> late(count);
  const auto start = bench::clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    const auto due
      = start
      + std::chrono::duration_cast<bench::clock::duration>(
          std::chrono::duration<double>{static_cast<double>(i) / rate});
    std::this_thread::sleep_until(due);
    const auto now = bench::clock::now();
    const auto ticket = fm.submit(names[i % projects], [&x = late[i], now] {
      x = bench::clock::now() - now;
    });
    bench::expect(ticket.has_value(), "a submit was rejected");
  }
  bench::figure(
    "rate", static_cast<double>(count) / bench::seconds_since(start), "jobs/s");
  bench::expect(fm.drain(std::chrono::hours{1})->books.succeeded == count,
                "jobs were lost");
  std::vector<double> result;
  for (const auto& x : late)
    result.push_back(bench::microseconds(x));
  return result;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"foreman: --way=idle or --way=steady"};
  std::string way = "idle";
  std::size_t count = 2'000;
  std::size_t projects = 1'000;
  double rate = 20'000;
  app.add_option("--way", way, "the load");
  app.add_option("--count", count, "jobs");
  app.add_option("--projects", projects, "projects of the steady load");
  app.add_option("--rate", rate, "jobs a second of the steady load");
  bench::parse(app, argc, argv);
  foreman::system fm;
  bench::percentiles(way == "idle" ? idle(fm, count)
                                   : steady(fm, count, projects, rate));
}
