// Cancel: a job that is queued ends at once, one that runs is asked to stop,
// and the outcome says what came of it.

#include <foreman/system.hpp>

#include <fmt/format.h>

#include <condition_variable>
#include <latch>
#include <mutex>
#include <stop_token>
#include <string_view>

namespace {

// Looks between two rows whether it was asked to stop.
void import_all_rows(foreman::job_context& job, std::latch& started) {
  started.count_down();
  for (;;)
    job.throw_if_stopped(); // a place where the body can be left
}

// Waits for something, but not when it is asked to stop.
void wait_for_news(foreman::job_context& job, std::latch& started) {
  std::mutex mutex;
  std::condition_variable_any news;
  std::unique_lock guard{mutex};
  started.count_down();
  if (!news.wait(guard, job.stop_token(), [] { return false; }))
    throw foreman::stopped{};
}

// Comes to its end all the same.
int count_to_a_million(foreman::job_context& job, std::latch& started) {
  started.count_down();
  while (!job.stop_requested())
    continue;
  return 1'000'000;
}

template <class T>
void show(std::string_view what, const foreman::ticket<T>& ticket) {
  const auto result = ticket.wait();
  fmt::print("{}: {}{}\n", what, to_string(ticket.state()),
             result ? "" : ", " + result.error().message());
}

} // namespace

int main() {
  foreman::system fm{{.workers = 3}};
  std::latch started{3};
  const auto rows = fm.submit("berlin", [&](foreman::job_context& job) {
    import_all_rows(job, started);
  });
  const auto news = fm.submit(
    "lima", [&](foreman::job_context& job) { wait_for_news(job, started); });
  const auto million = fm.submit("oslo", [&](foreman::job_context& job) {
    return count_to_a_million(job, started);
  });
  const auto queued = fm.submit("berlin", [] { fmt::print("never\n"); });
  if (!rows || !news || !million || !queued)
    return 1;
  started.wait();

  // By its ticket. It was queued, so it has its outcome when `cancel` returns.
  if (queued->cancel())
    show("queued", *queued);

  // By project and id, as when a request of another program names them.
  for (const auto& x : fm.list())
    if (auto asked = fm.cancel(x.project, x.running_job); !asked)
      fmt::print("{}: {}\n", x.project, asked.error().message());
  show("asked between two rows", *rows);
  show("asked while it waited", *news);
  show("asked, but done first", *million);

  // What has ended cannot be cancelled.
  fmt::print("again: {}\n", to_string(rows->cancel().error().code()));
}
