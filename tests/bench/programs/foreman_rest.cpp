// What foreman costs when nothing happens, when connections are checked, and
// when it starts and stops.

#include "bench.hpp"

#include <foreman/system.hpp>

#include <support/healthy_connection.hpp>

#include <ctime>

namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec)
    + static_cast<double>(now.tv_nsec) * 1e-9;
}

// 10,000 projects have been busy and their handles are held; nothing happens.
void idle(unsigned seconds) {
  foreman::system fm;
  std::vector<foreman::project> handles;
  for (const auto& name : bench::project_names(10'000)) {
    handles.push_back(*fm.project(name));
    bench::expect(handles.back().submit([] {}).has_value(),
                  "a submit was rejected");
  }
  while (fm.books().open() != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  const auto start = bench::clock::now();
  const auto used = cpu_seconds();
  std::this_thread::sleep_for(std::chrono::seconds{seconds});
  bench::figure("idle",
                (cpu_seconds() - used) / bench::seconds_since(start) * 100,
                "percent");
}

// A connection that is always well: what is left is what foreman adds.
void checks(std::size_t jobs, std::size_t projects, bool with_connection) {
  const auto names = bench::project_names(projects);
  foreman::system_options options{.workers = 2,
                                  .max = {.per_project = jobs, .total = jobs}};
  if (with_connection)
    options.connections.emplace("main", [] {
      return std::make_unique<foreman::test::healthy_connection>();
    });
  foreman::system fm{std::move(options)};
  const auto start = bench::clock::now();
  for (std::size_t i = 0; i < jobs; ++i)
    bench::expect(fm.submit(names[i % projects], [] {}).has_value(),
                  "a submit was rejected");
  const auto done = fm.drain(std::chrono::hours{1});
  const auto took = bench::seconds_since(start);
  bench::expect(done->books.succeeded == jobs, "jobs were lost");
  bench::figure("job", took / static_cast<double>(jobs) * 1e6, "us");
}

void life(std::size_t times) {
  double starts = 0;
  double stops = 0;
  for (std::size_t i = 0; i < times; ++i) {
    const auto start = bench::clock::now();
    auto fm = std::make_unique<foreman::system>();
    starts += bench::seconds_since(start);
    bench::expect(fm->submit("p", [] {}).has_value(), "a submit was rejected");
    while (fm->books().open() != 0)
      std::this_thread::yield();
    const auto stop = bench::clock::now();
    fm = nullptr;
    stops += bench::seconds_since(stop);
  }
  bench::figure("start", starts / static_cast<double>(times) * 1e3, "ms");
  bench::figure("stop", stops / static_cast<double>(times) * 1e3, "ms");
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"foreman: --way=idle, unchecked, checked or life"};
  std::string way = "idle";
  std::size_t count = 200'000;
  std::size_t projects = 100;
  unsigned seconds = 5;
  app.add_option("--way", way, "what is measured");
  app.add_option("--count", count, "jobs, or systems");
  app.add_option("--projects", projects, "projects they go to, in turn");
  app.add_option("--seconds", seconds, "how long nothing happens");
  bench::parse(app, argc, argv);
  if (way == "idle")
    idle(seconds);
  else if (way == "life")
    life(count);
  else
    checks(count, projects, way == "checked");
}
