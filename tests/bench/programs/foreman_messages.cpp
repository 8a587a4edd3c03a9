// foreman from another actor: submits, one or 64 a message, and questions.

#include "requests.hpp"

#include <foreman/system.hpp>

namespace {

namespace compat = foreman::compat;
namespace act = foreman::actors;

const auto fails = [](const caf::error&) { bench::wrong("a request failed"); };

// How many jobs have run.
std::atomic<std::uint64_t> ran{0};

act::submission make_submission(std::string project) {
  return *act::make_submission(
    std::move(project), [] { ran.fetch_add(1, std::memory_order_relaxed); });
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"foreman by messages: --way=submit, many or is_running"};
  std::string way = "submit";
  std::size_t count = 500'000;
  std::size_t window = 1'000;
  std::size_t projects = 100;
  app.add_option("--way", way, "what is asked");
  app.add_option("--count", count, "jobs or questions");
  app.add_option("--window", window, "requests under way");
  app.add_option("--projects", projects, "projects, in turn");
  bench::parse(app, argc, argv);
  act::host_config config;
  caf::actor_system sys{config};
  foreman::system fm{sys, {.max = {.per_project = count, .total = count}}};
  const auto names = bench::project_names(projects);
  const auto start = bench::clock::now();
  if (way == "is_running") {
    bench::figure(
      "requests",
      bench::requests_per_second(
        sys, count, window,
        [&, to = fm.registry()](auto* self, std::size_t i, auto done) {
          compat::request(self, to, caf::infinite, act::is_running_atom_v,
                          names[i % projects])
            .then([done](bool) { done(); }, fails);
        }),
      "requests/s");
    return 0;
  }
  if (way == "many") {
    constexpr std::size_t batch = 64;
    count = count / batch * batch;
    bench::requests_per_second(
      sys, count / batch, window / batch + 1,
      [&, to = fm.registry()](auto* self, std::size_t i, auto done) {
        std::vector<act::submission> jobs;
        jobs.reserve(batch);
        for (std::size_t j = 0; j < batch; ++j)
          jobs.push_back(make_submission(names[(i * batch + j) % projects]));
        compat::request(self, to, caf::infinite, act::submit_atom_v,
                        std::move(jobs))
          .then(
            [done](const std::vector<act::verdict>& verdicts) {
              for (const auto& x : verdicts)
                bench::expect(!x.why, "a submit was rejected");
              done();
            },
            fails);
      });
  } else {
    bench::requests_per_second(
      sys, count, window,
      [&, to = fm.registry()](auto* self, std::size_t i, auto done) {
        compat::request(self, to, caf::infinite, act::submit_atom_v,
                        make_submission(names[i % projects]))
          .then([done](foreman::job_id) { done(); }, fails);
      });
  }
  // All jobs have run: not only the answers count.
  const auto done = fm.drain(std::chrono::hours{1});
  const auto took = bench::seconds_since(start);
  bench::expect(done && done->books.succeeded == count && ran == count,
                "jobs were lost");
  bench::figure("jobs", static_cast<double>(count) / took, "jobs/s");
}
