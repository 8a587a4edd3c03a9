// The peer that people would use: a strand for each project on a thread pool of
// Asio. `bare` posts the callable alone; `packaged` posts a packaged_task, for
// the future that serves like a ticket. The strands are made beforehand.

#include "flood.hpp"

#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>

#include <future>

int main(int argc, char** argv) {
  bench::flood jobs{argc, argv, "Asio strands: --way=bare or --way=packaged"};
  asio::thread_pool pool{jobs.workers};
  using strand = asio::strand<asio::thread_pool::executor_type>;
  std::vector<strand> strands;
  for (std::size_t i = 0; i < jobs.projects; ++i)
    strands.push_back(asio::make_strand(pool));
  const auto finish = [&pool] { pool.join(); };
  if (jobs.way == "packaged")
    jobs.measure(
      [&](std::size_t project, std::size_t thread, std::uint32_t number) {
        std::packaged_task<void()> task{[&jobs, project, thread, number] {
          jobs.body(project, thread, number);
        }};
        const auto future = task.get_future();
        asio::post(strands[project], std::move(task));
      },
      finish);
  else
    jobs.measure(
      [&](std::size_t project, std::size_t thread, std::uint32_t number) {
        asio::post(strands[project], [&jobs, project, thread, number] {
          jobs.body(project, thread, number);
        });
      },
      finish);
}
