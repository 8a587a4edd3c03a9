#include <foreman/ticket.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace foreman;
using foreman::test::one_worker;

TEST_CASE("holders that take a value at the same time all get it", "[G4]") {
  constexpr int holders = 4;
  for (int round = 0; round < 300; ++round) {
    one_worker x;
    auto first = *x.submit("p", [] { return std::string(1'000, 'x'); });
    std::vector<ticket<std::string>> tickets(holders - 1, first);
    tickets.push_back(std::move(first));
    std::atomic<int> whole = 0;
    std::vector<std::jthread> threads;
    for (auto& mine : tickets)
      threads.emplace_back([&whole, mine = std::move(mine)]() mutable {
        // The last of them may move it, while nobody else can read it.
        const auto value = std::move(mine).wait();
        whole += value && *value == std::string(1'000, 'x') ? 1 : 0;
      });
    x.run("p");
    threads.clear();
    CHECK(whole == holders);
  }
}

TEST_CASE("of many who take a value that only moves one gets it", "[G4]") {
  for (int round = 0; round < 300; ++round) {
    one_worker x;
    const auto ticket = *x.submit("p", [] { return std::make_unique<int>(7); });
    std::atomic<int> got = 0;
    std::atomic<int> told = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, mine = ticket]() mutable {
        const auto value = std::move(mine).wait();
        got += value && **value == 7 ? 1 : 0;
        told += !value && value.error().code() == errc::value_taken ? 1 : 0;
      });
    x.run("p");
    threads.clear();
    CHECK(got == 1);
    CHECK(told == 3);
  }
}
