#include <foreman/accounts.hpp>

#include <support/catch.hpp>
#include <support/start_line.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

using namespace foreman;
using foreman::test::stagger;
using foreman::test::start_line;

namespace {

auto now() {
  return std::chrono::steady_clock::now();
}

void admit_one(accounts& books) {
  REQUIRE(books.admit());
}

void end_one(accounts& books, job_state how = job_state::succeeded) {
  books.settle(how);
  books.release();
}

} // namespace

TEST_CASE("job ids start at 1 and grow with each admission") {
  accounts books{10};
  for (std::uint64_t id = 1; id <= 5; ++id) {
    CHECK(*books.admit() == job_id{id});
  }
  end_one(books);
  CHECK(*books.admit() == job_id{6}); // no id comes again
}

TEST_CASE("no more jobs are open than the total limit", "[G9][G12]") {
  accounts books{2};
  CHECK(books.ask() == errc::ok);
  admit_one(books);
  CHECK(books.ask() == errc::ok);
  admit_one(books);
  CHECK(books.ask() == errc::system_full);
  const auto refused = books.admit();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::system_full);
  end_one(books);
  CHECK(books.ask() == errc::ok);
  CHECK(books.admit());
}

TEST_CASE("to ask takes no place", "[G9]") {
  accounts books{1};
  for (int i = 0; i < 10; ++i)
    CHECK(books.ask() == errc::ok);
  CHECK(books.totals() == ledger{});
  CHECK(books.admit());
}

TEST_CASE("a place is free when the outcome is booked, before it is announced",
          "[G6]") {
  accounts books{1};
  admit_one(books);
  books.settle(job_state::succeeded);
  CHECK(books.admit());
}

TEST_CASE("places that were freed are found again, as often as it takes",
          "[G9]") {
  accounts books{3};
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 3; ++i)
      admit_one(books);
    CHECK_FALSE(books.admit());
    end_one(books, job_state::failed);
    end_one(books, job_state::cancelled);
    end_one(books);
  }
  CHECK(books.empty());
}

TEST_CASE("rejections have a column of their own in the ledger", "[G9]") {
  accounts books{1};
  books.count_rejection();
  books.count_rejection();
  CHECK(books.totals() == ledger{.rejected = 2});
}

TEST_CASE("each outcome has a column of its own in the ledger", "[G4]") {
  accounts books{20};
  for (int i = 0; i < 11; ++i)
    admit_one(books);
  end_one(books, job_state::succeeded);
  for (int i = 0; i < 2; ++i)
    end_one(books, job_state::failed);
  for (int i = 0; i < 3; ++i)
    end_one(books, job_state::cancelled);
  for (int i = 0; i < 4; ++i)
    end_one(books, job_state::expired);
  CHECK(books.totals()
        == ledger{.admitted = 11,
                  .succeeded = 1,
                  .failed = 2,
                  .cancelled = 3,
                  .expired = 4});
  CHECK(books.totals().open() == 1);
}

TEST_CASE("books that drain admit nothing more", "[G10][G12]") {
  accounts books{10};
  admit_one(books);
  CHECK_FALSE(books.draining());
  books.stop_admitting();
  CHECK(books.draining());
  const auto refused = books.admit();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::draining);
  CHECK(books.totals().admitted == 1);
  // Draining is the better reason when the system is full, too.
  accounts full{1};
  admit_one(full);
  full.stop_admitting();
  CHECK(full.admit().error().code() == errc::draining);
}

TEST_CASE("a drain waits for the announcement of the last outcome", "[G10]") {
  accounts books{10};
  admit_one(books);
  admit_one(books);
  books.stop_admitting();
  CHECK_FALSE(books.wait_until_empty(now()));
  CHECK_FALSE(books.wait_until_empty(now(), 1));
  CHECK(books.wait_until_empty(now(), 2));
  end_one(books);
  CHECK(books.wait_until_empty(now(), 1));
  books.settle(job_state::succeeded);
  CHECK_FALSE(books.wait_until_empty(now()));
  books.release();
  CHECK(books.wait_until_empty(now()));
}

TEST_CASE("a submit that a drain rejects does not keep the drain waiting",
          "[G10]") {
  accounts books{10};
  books.stop_admitting();
  CHECK_FALSE(books.admit());
  CHECK(books.wait_until_empty(now()));
}

TEST_CASE("on_empty calls once, when the last outcome is announced", "[G10]") {
  accounts books{10};
  admit_one(books);
  admit_one(books);
  books.stop_admitting();
  int calls = 0;
  books.on_empty([&] { ++calls; });
  end_one(books);
  CHECK(calls == 0);
  CHECK_FALSE(books.admit());
  CHECK(calls == 0);
  books.settle(job_state::failed);
  CHECK(calls == 0);
  books.release();
  CHECK(calls == 1);
  CHECK_FALSE(books.admit());
  CHECK(calls == 1);
  books.on_empty([&] { calls += 10; }); // empty already
  CHECK(calls == 11);
}

TEST_CASE("of two threads that want the last place one gets it", "[G9]") {
  constexpr std::size_t rounds = 20'000;
  accounts books{1};
  std::vector<std::atomic<int>> given(rounds);
  start_line start{2};
  const auto take = [&](std::size_t delay) {
    for (auto& x : given) {
      start.meet();
      stagger(delay++);
      const bool mine = books.admit().has_value();
      x += mine ? 1 : 0;
      start.meet();
      if (mine)
        end_one(books);
    }
  };
  std::thread other{take, 0};
  take(30); // half a period apart
  other.join();
  std::size_t one = 0;
  for (const auto& x : given)
    one += x == 1 ? 1 : 0;
  CHECK(one == rounds);
}

TEST_CASE("the books never show more open jobs than the limit", "[G6][G9]") {
  constexpr std::uint64_t limit = 2;
  accounts books{limit};
  std::atomic<bool> stop{false};
  std::vector<std::jthread> busy;
  for (int t = 0; t < 2; ++t)
    busy.emplace_back([&] {
      while (!stop)
        if (books.admit())
          end_one(books);
    });
  std::uint64_t most = 0;
  ledger last;
  bool went_back = false;
  while (last.admitted < 200'000) {
    const auto now = books.totals();
    most = std::max(most, now.open());
    went_back = went_back || now.admitted < last.admitted;
    last = now;
  }
  stop = true;
  CHECK(most <= limit);
  CHECK_FALSE(went_back);
}

TEST_CASE("many threads never exceed the total limit", "[G9]") {
  constexpr std::int64_t limit = 3;
  accounts books{limit};
  std::atomic<std::int64_t> inside{0};
  std::atomic<bool> exceeded{false};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&] {
      // On until the limit was really met, however the threads are scheduled.
      for (int i = 0; i < 3000 || refused == 0; ++i) {
        if (!books.admit()) {
          ++refused;
          continue;
        }
        if (++inside > limit)
          exceeded = true;
        ++admitted;
        std::this_thread::yield();
        --inside;
        end_one(books);
      }
    });
  for (auto& x : threads)
    x.join();
  CHECK_FALSE(exceeded);
  CHECK(refused > 0);
  CHECK(books.totals() == ledger{.admitted = admitted, .succeeded = admitted});
}

TEST_CASE("a sleeping drain is woken by the last outcome", "[G10]") {
  // Without the wake-up this waits for a day, that is: it times out.
  for (int round = 0; round < 500; ++round) {
    accounts books{1};
    admit_one(books);
    books.stop_admitting();
    std::thread last_job{[&] { end_one(books); }};
    CHECK(books.wait_until_empty(now() + std::chrono::hours{24}));
    last_job.join();
  }
}
