// The guard: many threads want to start a batch of the same project, and only
// one may. Admission `if_idle` decides and submits in one step.

#include <foreman/system.hpp>

#include <fmt/format.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

int main() {
  foreman::system fm{{.workers = 4}};
  constexpr int requests = 8;
  std::atomic<int> accepted{0};
  std::atomic<int> refused{0};
  std::latch verdicts{requests};

  std::vector<std::thread> threads;
  threads.reserve(requests);
  for (int i = 0; i < requests; ++i)
    threads.emplace_back([&] {
      auto ticket = fm.submit(
        "project-42", [&verdicts] { verdicts.wait(); }, // a long batch job
        {.admit = foreman::admission::if_idle});
      if (ticket)
        ++accepted; // HTTP 202
      else if (ticket.error().code() == foreman::errc::project_busy)
        ++refused; // HTTP 409
      verdicts.count_down();
    });
  for (auto& x : threads)
    x.join();
  fmt::print("{} accepted, {} refused\n", accepted.load(), refused.load());

  // When the batch has ended the project is free again.
  (void) fm.submit("project-42", [] {})->wait();
  auto again = fm.submit("project-42", [] { return std::string{"done"}; },
                         {.admit = foreman::admission::if_idle});
  fmt::print("again: {}\n", again ? *again->wait() : again.error().message());
}
