// `is_running` from several threads while a flood runs, and the list of many
// busy projects.

#include "bench.hpp"

#include <foreman/system.hpp>

namespace {

// Asks `rate` times a second, a millisecond's worth at a time, until told to
// stop; as often as it can for a rate of 0. Returns how often it asked.
std::uint64_t ask(const foreman::system& fm,
                  const std::vector<std::string>& names, double rate,
                  const std::atomic<bool>& stop) {
  const auto start = bench::clock::now();
  std::uint64_t asked = 0;
  while (!stop) {
    const auto due = rate == 0
      ? asked + 1'000
      : static_cast<std::uint64_t>(bench::seconds_since(start) * rate);
    for (; asked < due; ++asked)
      (void) fm.is_running(names[asked % names.size()]);
    if (rate != 0)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return asked;
}

void flood(std::size_t jobs, std::size_t projects, std::size_t askers,
           double rate) {
  const auto names = bench::project_names(projects);
  foreman::system fm{{.max = {.per_project = jobs, .total = jobs}}};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> answers{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < askers; ++t)
    threads.emplace_back([&] {
      answers += ask(fm, names, rate / static_cast<double>(askers), stop);
    });
  const auto start = bench::clock::now();
  for (std::size_t i = 0; i < jobs; ++i)
    bench::expect(fm.submit(names[i % projects], [] {}).has_value(),
                  "a submit was rejected");
  const auto done = fm.drain(std::chrono::hours{1});
  const auto took = bench::seconds_since(start);
  stop = true;
  for (auto& x : threads)
    x.join();
  bench::expect(done->books.succeeded == jobs, "jobs were lost");
  bench::figure("jobs", static_cast<double>(jobs) / took, "jobs/s");
  bench::figure("answers", static_cast<double>(answers) / took, "answers/s");
}

void list(std::size_t projects) {
  const auto names = bench::project_names(projects);
  foreman::system fm{{.workers = 1}};
  std::atomic<bool> release{false};
  const auto blocker
    = fm.submit("blocker", [&release] { release.wait(false); });
  for (const auto& name : names)
    bench::expect(fm.submit(name, [] {}).has_value(), "a submit was rejected");
  const auto start = bench::clock::now();
  const auto rows = fm.list();
  const auto took = bench::seconds_since(start);
  release = true;
  release.notify_all();
  bench::expect(rows.size() == projects + 1, "the list is not complete");
  bench::figure("list", took * 1e3, "ms");
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"foreman: --way=flood or --way=list"};
  std::string way = "flood";
  std::size_t jobs = 1'000'000;
  std::size_t projects = 1'000;
  std::size_t askers = 4;
  double rate = 1'100'000;
  app.add_option("--way", way, "what is measured");
  app.add_option("--jobs", jobs, "jobs of the flood");
  app.add_option("--projects", projects, "projects");
  app.add_option("--askers", askers, "threads that ask; 0 for none");
  app.add_option("--rate", rate, "questions a second in all; 0 for no limit");
  bench::parse(app, argc, argv);
  if (way == "list")
    list(projects);
  else
    flood(jobs, projects, askers, rate);
}
