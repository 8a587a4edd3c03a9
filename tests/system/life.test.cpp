#include <foreman/system.hpp>

#include <malloc.h>
#include <support/await.hpp>
#include <support/catch.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using foreman::errc;
using foreman::test::await;

TEST_CASE("tickets outlive their system with their outcomes", "[G4]") {
  std::vector<foreman::ticket<int>> tickets;
  {
    foreman::system fm{{.workers = 4}};
    for (int i = 0; i < 1'000; ++i)
      tickets.push_back(
        *fm.submit("p" + std::to_string(i % 50), [i] { return i; }));
  }
  for (int i = 0; i < 1'000; ++i)
    CHECK(*tickets[static_cast<std::size_t>(i)].wait() == i);
}

TEST_CASE("the ledger balances at shutdown, whatever the outcomes", "[G4]") {
  foreman::system fm{{.workers = 3}};
  for (int i = 0; i < 3'000; ++i) {
    auto ticket = fm.submit("p" + std::to_string(i % 7), [i] {
      if (i % 5 == 0)
        throw i;
      if (i % 7 == 0)
        throw foreman::stopped{};
    });
    REQUIRE(ticket);
    if (i % 11 == 0)
      (void) ticket->cancel(); // too late for some
  }
  const auto books = fm.drain(foreman::test::patience)->books;
  CHECK(books.admitted == 3'000);
  CHECK(books.succeeded + books.failed + books.cancelled + books.expired
        == books.admitted);
  CHECK(books.failed > 0);
  CHECK(books.cancelled > 0);
}

TEST_CASE("a system that is destroyed soon after its start leaves nothing",
          "[G9]") {
  // What is left of a system refers to its context, and that to its log.
  const auto witness = std::make_shared<int>();
  for (int i = 0; i < 50; ++i) {
    foreman::system fm{
      {.workers = 3,
       .log = [witness](foreman::log_level, std::string_view) {}}};
    if (i % 2 == 0)
      (void) fm.submit("p", [] {});
  }
  CHECK(witness.use_count() == 1);
}

TEST_CASE("systems start and stop again and again, from several threads") {
  std::vector<std::thread> threads;
  std::atomic<int> sum{0};
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&sum] {
      for (int i = 0; i < 20; ++i) {
        foreman::system fm{{.workers = 3}};
        for (int j = 0; j < 10; ++j)
          (void) fm.submit("p" + std::to_string(j), [&sum] { ++sum; });
      }
    });
  for (auto& x : threads)
    x.join();
  CHECK(sum == 3 * 20 * 10);
}

TEST_CASE("past jobs and past projects leave no memory behind", "[G9]") {
  foreman::system fm{{.workers = 2}};
  const auto heap_in_use = [] { return mallinfo2().uordblks; };
  const auto come_and_go = [&fm] {
    for (int i = 0; i < 30'000; ++i)
      REQUIRE(fm.submit("project-" + std::to_string(i), [] {}));
    REQUIRE(await([&] { return fm.books().open() == 0; }));
  };
  come_and_go(); // whatever is kept for good is there after this
  REQUIRE(await([&] { return fm.list().empty(); }));
  const auto before = heap_in_use();
  for (int round = 0; round < 3; ++round)
    come_and_go();
  // 90,000 projects at 50 bytes each would show.
  const auto bound = before + 90'000 * 50;
  CHECK(await([&] { return heap_in_use() < bound; }));
}
