// A flood of jobs with tickets: by key, or by project handle.

#include "flood.hpp"

#include <foreman/system.hpp>

namespace {

// Each thread has handles of its own.
std::vector<std::vector<foreman::project>>
make_handles(const foreman::system& fm, const std::vector<std::string>& names,
             std::size_t threads) {
  std::vector<std::vector<foreman::project>> result(threads);
  for (auto& mine : result)
    for (const auto& name : names)
      mine.push_back(*fm.project(name));
  return result;
}

} // namespace

int main(int argc, char** argv) {
  bench::flood jobs{argc, argv, "foreman: --way=key or --way=handle"};
  foreman::system fm{{.workers = jobs.workers,
                      .max = {.per_project = jobs.jobs, .total = jobs.jobs}}};
  const auto names = bench::project_names(jobs.projects);
  const auto body_of
    = [&jobs](std::size_t project, std::size_t thread, std::uint32_t number) {
        return [&jobs, project, thread, number] {
          jobs.body(project, thread, number);
        };
      };
  const auto finish = [&] {
    const auto done = fm.drain(std::chrono::hours{1});
    bench::expect(done && done->books.succeeded == done->books.admitted
                    && done->books.rejected == 0,
                  "the ledger does not add up");
  };
  if (jobs.way == "handle") {
    auto handles = make_handles(fm, names, jobs.threads);
    jobs.measure(
      [&](std::size_t project, std::size_t thread, std::uint32_t number) {
        const auto ticket
          = handles[thread][project].submit(body_of(project, thread, number));
        bench::expect(ticket.has_value(), "a submit was rejected");
      },
      finish);
  } else {
    jobs.measure(
      [&](std::size_t project, std::size_t thread, std::uint32_t number) {
        const auto ticket
          = fm.submit(names[project], body_of(project, thread, number));
        bench::expect(ticket.has_value(), "a submit was rejected");
      },
      finish);
  }
}
