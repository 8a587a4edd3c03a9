#include <foreman/actors/workshop.hpp>
#include <foreman/system.hpp>

#include <pthread.h>
#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/jobs.hpp>

#include <atomic>
#include <barrier>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using foreman::actors::workshop;
using foreman::test::door;
using foreman::test::make_entry;
using foreman::test::make_shared_state;
using foreman::test::patience;

namespace {

// A workshop without a system around it.
struct lone_workshop {
  std::atomic<std::size_t> waiting{0};
  workshop shop;

  explicit lone_workshop(std::size_t benches) : shop{benches, waiting} {}
};

void give(workshop& shop, std::uint64_t number) {
  static const auto home = make_entry("p");
  shop.give({.which = {home, number, 1, {}}});
}

} // namespace

TEST_CASE("whichever thread comes takes the order that waits longest") {
  lone_workshop made{2};
  auto& shop = made.shop;
  CHECK_FALSE(shop.has_orders());
  give(shop, 1);
  give(shop, 2);
  give(shop, 3);
  CHECK(made.waiting == 3);
  CHECK(shop.take(1)->which.number == 1);
  CHECK(shop.take(0)->which.number == 2);
  CHECK(made.waiting == 1);
  CHECK(shop.has_orders());
  CHECK(shop.try_take()->which.number == 3);
  CHECK_FALSE(shop.try_take());
  CHECK(made.waiting == 0);
}

TEST_CASE("threads that sleep are woken, one after another, for all there is") {
  constexpr int threads = 4;
  constexpr std::uint64_t orders = 20'000;
  lone_workshop made{threads};
  auto& shop = made.shop;
  std::atomic<std::uint64_t> sum{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i)
    workers.emplace_back([&, i] {
      while (const auto x = shop.take(static_cast<std::size_t>(i)))
        sum += x->which.number;
    });
  for (std::uint64_t i = 1; i <= orders; ++i)
    give(shop, i);
  while (sum != orders * (orders + 1) / 2)
    std::this_thread::yield();
  for (int i = 0; i < threads; ++i)
    shop.close(static_cast<std::size_t>(i));
  for (auto& x : workers)
    x.join();
}

TEST_CASE("all threads take part if each has something to do for long") {
  constexpr int threads = 4;
  lone_workshop made{threads};
  auto& shop = made.shop;
  std::vector<std::thread> workers;
  std::barrier all{threads}; // nobody passes before everybody has an order
  for (int i = 0; i < threads; ++i)
    workers.emplace_back([&, i] {
      if (const auto x = shop.take(static_cast<std::size_t>(i)))
        all.arrive_and_wait();
    });
  for (int i = 0; i < threads; ++i)
    give(shop, 1);
  for (auto& x : workers)
    x.join();
}

TEST_CASE(
  "a bench that is closed gets nothing more, and keeps nobody waiting") {
  lone_workshop made{2};
  auto& shop = made.shop;
  give(shop, 1);
  shop.close(0);
  shop.close(0);
  CHECK_FALSE(shop.take(0));
  CHECK(shop.take(1)->which.number == 1);
  std::thread sleeper{[&] { CHECK_FALSE(shop.take(1)); }};
  shop.close(1);
  sleeper.join();
}

TEST_CASE("when the last bench is closed what waits is forgotten", "[G9]") {
  lone_workshop made{1};
  auto& shop = made.shop;
  auto shared = make_shared_state();
  const std::weak_ptr alive{shared};
  shop.give({.which = {make_entry("q", std::move(shared)), 1, 1, {}}});
  CHECK_FALSE(alive.expired());
  shop.close(0);
  CHECK(alive.expired());
  give(shop, 1);
  CHECK_FALSE(shop.has_orders());
  CHECK(made.waiting == 0);
}

TEST_CASE("no job waits for a long body while a worker sleeps", "[G3]") {
  foreman::system fm{{.workers = 2}};
  door wall;
  const auto blocks = fm.submit("long", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  for (int round = 0; round < 200; ++round) {
    std::vector<foreman::ticket<void>> tickets;
    for (int i = 0; i < 5; ++i)
      tickets.push_back(*fm.submit("p" + std::to_string(i), [] {}));
    for (const auto& x : tickets)
      REQUIRE(x.wait_for(patience));
  }
  CHECK_FALSE(blocks->finished());
  wall.open();
  CHECK(*blocks->wait());
}

TEST_CASE("a thread that is ended in its sleep takes no wake-up with it",
          "[G4]") {
  // Whether it was chosen, was about to sleep, or slept: the others get theirs.
  for (int round = 0; round < 200; ++round) {
    lone_workshop made{2};
    auto& shop = made.shop;
    std::atomic<pthread_t> first{};
    std::thread dies{[&] {
      first = pthread_self();
      while (shop.take(0))
        ;
    }};
    std::thread lives{[&] {
      while (shop.take(1))
        ;
    }};
    while (first.load() == pthread_t{})
      std::this_thread::yield();
    std::thread gives{[&] { give(shop, 1); }};
    pthread_cancel(first);
    dies.join();
    gives.join();
    give(shop, 2);
    CHECK(foreman::test::await([&] { return !shop.has_orders(); }));
    shop.close(1);
    lives.join();
    shop.close(0);
  }
}
