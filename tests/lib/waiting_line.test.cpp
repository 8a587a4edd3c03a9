#include <foreman/waiting_line.hpp>

#include <support/catch.hpp>
#include <support/failing_new.hpp>
#include <support/scripted_waiter.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;

namespace {

using places = std::vector<waiting_line::place>;

struct fixture {
  waiting_line::place join(std::chrono::seconds until,
                           wait_kind how = wait_kind::in_line) {
    return it.join(who, at(until), how);
  }

  static waiting_line::time_point at(std::chrono::seconds x) {
    return waiting_line::time_point{x};
  }

  // Whom the last call took.
  places taken() {
    places result;
    for (const auto& [at, x] : out)
      result.push_back(at);
    out.clear();
    return result;
  }

  waiting_line it;
  waiting_line::group out;
  endpoint_waiter_ptr who = make_intrusive<test::scripted_waiter>();
};

} // namespace

TEST_CASE("who waits longest is the first of the line, whatever it waits for") {
  fixture x;
  const auto a = x.join(9s, wait_kind::for_news);
  const auto b = x.join(8s);
  const auto asleep = x.join(7s, wait_kind::asleep);
  const auto c = x.join(6s, wait_kind::for_news);
  const auto d = x.join(5s);
  CHECK(x.it.size() == 5);
  CHECK(x.it.take_first(3, x.out) == 3);
  CHECK(x.taken() == places{a, b, c});
  CHECK(x.it.take_first(3, x.out) == 1); // one that sleeps is not woken
  CHECK(x.taken() == places{d});
  CHECK(x.it.next_due() == fixture::at(7s));
  CHECK(x.it.take_due(fixture::at(7s), 3, x.out) == 1);
  CHECK(x.taken() == places{asleep});
  CHECK_FALSE(x.it.next_due());
}

TEST_CASE("who is due is found wherever it stands, the earliest first") {
  fixture x;
  const auto a = x.join(3s);
  const auto b = x.join(1s, wait_kind::asleep);
  const auto c = x.join(2s, wait_kind::for_news);
  (void) x.join(4s);
  CHECK(x.it.take_due(fixture::at(0s), 9, x.out) == 0);
  CHECK(x.it.take_due(fixture::at(3s), 2, x.out) == 2);
  CHECK(x.taken() == places{b, c});
  CHECK(x.it.take_due(fixture::at(3s), 2, x.out) == 1);
  CHECK(x.taken() == places{a});
  CHECK(x.it.next_due() == fixture::at(4s));
}

TEST_CASE("those who want news are taken alone") {
  fixture x;
  (void) x.join(1s);
  const auto a = x.join(1s, wait_kind::for_news);
  (void) x.join(1s, wait_kind::asleep);
  const auto b = x.join(1s, wait_kind::for_news);
  CHECK(x.it.take_for_news(1, x.out) == 1);
  CHECK(x.it.take_for_news(9, x.out) == 1);
  CHECK(x.taken() == places{a, b});
  CHECK(x.it.size() == 2);
}

TEST_CASE("who leaves is not taken, and may leave twice") {
  fixture x;
  for (const auto how :
       {wait_kind::in_line, wait_kind::for_news, wait_kind::asleep}) {
    const auto a = x.join(1s, how);
    x.it.leave(a, x.out);
    CHECK(x.taken() == places{a});
    x.it.leave(a, x.out);
    CHECK(x.out.empty());
  }
  CHECK(x.it.size() == 0);
  CHECK_FALSE(x.it.next_due());
}

TEST_CASE("a line takes memory to join, and to nothing else", "[G4]") {
  for (std::size_t granted = 0; granted < 2; ++granted) {
    fixture x;
    const auto first = x.join(1s);
    CHECK_THROWS_AS(
      [&] {
        const test::failing_new fail{granted};
        (void) x.join(2s);
      }(),
      std::bad_alloc);
    CHECK(x.it.size() == 1);
    CHECK(x.join(2s) == first + 1);
    (void) x.join(3s, wait_kind::for_news);
    const auto leaves = x.join(4s);
    {
      const test::failing_new fail{0};
      x.it.leave(leaves, x.out);
      x.it.take_due(fixture::at(1s), 9, x.out);
      x.it.take_for_news(9, x.out);
      x.it.take_first(9, x.out);
    }
    CHECK(x.out.size() == 4);
  }
}
