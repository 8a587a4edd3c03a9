// How long a project that works all the time waits for its jobs while a crowd
// of new projects comes at once, and how long the crowd takes.

#include "bench.hpp"

#include <foreman/system.hpp>

#include <algorithm>

int main(int argc, char** argv) {
  CLI::App app{"foreman: one project beside a burst of new ones"};
  std::size_t projects = 100'000;
  unsigned pause = 200;
  app.add_option("--projects", projects, "new projects, of a job each");
  app.add_option("--pause", pause, "between two jobs of the one, in us");
  bench::parse(app, argc, argv);
  const auto names = bench::project_names(projects);
  foreman::system fm{{.max = {.total = projects + 1'000}}};
  std::atomic<bool> done{false};
  std::vector<double> waits; // in ms
  std::atomic<int> worked{0};
  std::thread working{[&] {
    auto own = *fm.project("established");
    while (!done) {
      const auto start = bench::clock::now();
      const auto ticket
        = *own.submit([start] { return bench::seconds_since(start) * 1e3; });
      waits.push_back(*ticket.wait());
      ++worked;
      std::this_thread::sleep_for(std::chrono::microseconds{pause});
    }
  }};
  while (worked < 100)
    std::this_thread::yield();
  const auto start = bench::clock::now();
  std::atomic<std::size_t> ran{0};
  std::vector<foreman::ticket<void>> tickets;
  tickets.reserve(projects);
  for (const auto& name : names)
    tickets.push_back(*fm.submit(name, [&ran] { ++ran; }));
  for (const auto& x : tickets)
    bench::expect(x.wait().has_value(), "a new project failed");
  const auto all = bench::seconds_since(start);
  done = true;
  working.join();
  bench::expect(ran == projects, "a job was lost or ran twice");
  std::sort(waits.begin(), waits.end());
  bench::figure("p50", waits[waits.size() / 2], "ms");
  bench::figure("p99.9", waits[waits.size() * 999 / 1000], "ms");
  bench::figure("all", all, "s");
}
