// A mixed load with faults, for minutes.

#include "generation.hpp"
#include "memory_curve.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <support/child.hpp>
#include <support/seed.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

using clock = std::chrono::steady_clock;
using seconds = std::chrono::duration<double>;
using soak::generation;
using soak::generation_options;
using namespace std::chrono_literals;

struct choices {
  seconds length = 120s;
  std::uint32_t seed = foreman::test::new_seed();
};

// Exits when it cannot read them.
choices read_choices(int argc, char** argv) {
  choices result;
  for (int i = 1; i < argc; ++i) {
    const std::string_view text{argv[i]};
    double minutes = 0;
    if (std::sscanf(argv[i], "--minutes=%lf", &minutes) == 1 && minutes > 0) {
      result.length = minutes * 60s;
    } else if (std::sscanf(argv[i], "--seed=%u", &result.seed) != 1) {
      fmt::print(stderr,
                 "unknown: {}; allowed are --minutes=N, N above 0, and "
                 "--seed=S\n",
                 text);
      std::exit(2);
    }
  }
  return result;
}

// The one way to end that ends the process as well, so in a child.
bool aborts_with_a_stuck_body() {
  const auto status = foreman::test::in_child([] {
    foreman::system fm{{.workers = 1}};
    foreman::test::door wall;
    const auto stuck = fm.submit("stuck", [&] { return wall.pass(); });
    if (!wall.has_visitors())
      return 10;
    (void) fm.drain(0s, foreman::drain_policy::abort);
    return 11;
  });
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/// All generations, one after another, and what is known of them.
class soak_run {
public:
  explicit soak_run(const choices& chosen)
    : chosen_{chosen},
      // Several in each tenth, so that tenths can be compared.
      each_{std::clamp(chosen.length / 40, seconds{2s}, seconds{20s})},
      period_{std::max(chosen.length / 60, seconds{1s})} {}

  // Returns whether all was as it should be.
  bool run() {
    fmt::print("{} s, a system of {} s each; --seed={}\n",
               chosen_.length.count(), each_.count(), chosen_.seed);
    fmt::print("   time  generation        done    open  resident, MiB  heap, "
               "MiB  threads\n");
    const auto end
      = start_ + std::chrono::duration_cast<clock::duration>(chosen_.length);
    while (complaints_.empty() && clock::now() < end)
      live(std::min(end,
                    clock::now()
                      + std::chrono::duration_cast<clock::duration>(each_)));
    summarize();
    return complaints_.empty();
  }

private:
  void live(clock::time_point until) {
    const auto number = generations_++;
    const generation_options options{
      .seed = chosen_.seed + number,
      .in_host = number / 3 % 2 != 0,
      .with_connections = number % 2 != 0,
      .how = static_cast<generation_options::end>(number % 3)};
    generation x{options};
    while (clock::now() < until && x.violations() == 0) {
      std::this_thread::sleep_until(std::min(until, clock::now() + 250ms));
      look(x.books());
    }
    const auto report = x.end();
    add(report);
    deaths_ += x.deaths();
    if (!report.complaints.empty())
      complaints_ += fmt::format("generation {} ({}):\n{}", number,
                                 options.text(), report.complaints);
  }

  void look(const foreman::ledger& books) {
    const auto now = soak::usage::now();
    curve_.add(now);
    const seconds passed = clock::now() - start_;
    if (passed < next_line_)
      return;
    next_line_ = passed + period_;
    constexpr double mebibyte = 1024 * 1024;
    fmt::print("{:5.0f} s{:12}{:12}{:8}{:15.1f}{:11.1f}{:9}\n", passed.count(),
               generations_,
               total_.admitted - total_.open() + books.admitted - books.open(),
               books.open(), static_cast<double>(now.resident) / mebibyte,
               static_cast<double>(now.heap) / mebibyte, now.threads);
    std::fflush(stdout);
  }

  void add(const generation::report& x) {
    total_.admitted += x.books.admitted;
    total_.succeeded += x.books.succeeded;
    total_.failed += x.books.failed;
    total_.cancelled += x.books.cancelled;
    total_.expired += x.books.expired;
    total_.rejected += x.books.rejected;
    connection_deaths_ += x.connection_deaths;
  }

  void summarize() {
    fmt::print("\nledger of {} systems: {} admitted = {} succeeded + {} failed "
               "+ {} cancelled + {} expired; {} rejected\n",
               generations_, total_.admitted, total_.succeeded, total_.failed,
               total_.cancelled, total_.expired, total_.rejected);
    if (total_.open() != 0)
      complaints_ += fmt::format("G4: the ledger lacks {}\n", total_.open());
    fmt::print("killed: {} registries, {} pools, {} workers, {} supervisors, "
               "{} connections\n\n{}",
               deaths_.registries.load(), deaths_.pools.load(),
               deaths_.workers.load(), deaths_.supervisors.load(),
               connection_deaths_, curve_.chart());
    if (!deaths_.of_all_kinds() || connection_deaths_ == 0)
      complaints_ += "some faults never happened\n";
    complaints_ += curve_.growth();
    if (complaints_.empty())
      fmt::print("\nno guarantee was broken, and memory did not grow\n");
    else
      fmt::print("\nWRONG, with --seed={}:\n{}", chosen_.seed, complaints_);
  }

  const choices chosen_;
  const seconds each_;
  const seconds period_;
  const clock::time_point start_ = clock::now();
  seconds next_line_{0};
  std::uint32_t generations_ = 0;
  foreman::ledger total_;
  foreman::test::death_count deaths_;
  std::uint64_t connection_deaths_ = 0;
  soak::memory_curve curve_;
  std::string complaints_;
};

} // namespace

int main(int argc, char** argv) {
  const auto chosen = read_choices(argc, argv);
  if (!aborts_with_a_stuck_body()) { // while this is the only thread
    fmt::print("G10: a drain with policy abort did not abort\n");
    return 1;
  }
  return soak_run{chosen}.run() ? 0 : 1;
}
