// What only threads can show of a drain: nothing slips past it.

#include <foreman/drain.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/start_line.hpp>

#include <string>
#include <thread>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::one_worker;
using foreman::test::start_line;

TEST_CASE("every job has its outcome after a drain, however submits race it",
          "[G4][G10]") {
  constexpr int rounds = 400;
  int without_outcome = 0;
  for (int round = 0; round < rounds; ++round) {
    one_worker x;
    start_line start{2};
    std::thread submitting{[&] {
      start.meet();
      for (int i = 0; x.submit("p" + std::to_string(i % 3), [] {}); ++i) {}
    }};
    start.meet();
    (void) drain(x.jobs, 0ns, drain_policy::wait);
    submitting.join();
    without_outcome += x.books().open() != 0 ? 1 : 0;
  }
  CHECK(without_outcome == 0);
}
