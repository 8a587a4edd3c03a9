#include <foreman/intrusive_ptr.hpp>

#include <support/catch.hpp>

#include <thread>
#include <utility>
#include <vector>

using namespace foreman;

namespace {

struct tracked : ref_counted {
  explicit tracked(int& alive) : alive{alive} {
    ++alive;
  }

  ~tracked() override {
    --alive;
  }

  int& alive;
};

struct derived : tracked {
  using tracked::tracked;
};

} // namespace

TEST_CASE("an object lives as long as somebody owns it") {
  int alive = 0;
  {
    const auto first = make_intrusive<tracked>(alive);
    CHECK(alive == 1);
    {
      const intrusive_ptr<tracked> second = first; // NOLINT
      CHECK(second == first);
      CHECK(second.get() == first.get());
    }
    CHECK(alive == 1);
    const intrusive_ptr<tracked> third{first.get()}; // a raw pointer owns again
    CHECK(&*third == first.operator->());
  }
  CHECK(alive == 0);
}

TEST_CASE("a null pointer owns nothing") {
  const intrusive_ptr<tracked> none;
  CHECK_FALSE(none);
  CHECK(none.get() == nullptr);
  CHECK(none == intrusive_ptr<tracked>{nullptr});
}

TEST_CASE("moving hands the ownership over") {
  int alive = 0;
  auto first = make_intrusive<tracked>(alive);
  auto second = std::move(first);
  CHECK_FALSE(first); // NOLINT
  CHECK(alive == 1);
  second = {};
  CHECK(alive == 0);
}

TEST_CASE("assignment lets go of the old object and survives itself") {
  int alive = 0;
  auto first = make_intrusive<tracked>(alive);
  const auto second = make_intrusive<tracked>(alive);
  CHECK(alive == 2);
  first = second;
  CHECK(alive == 1);
  auto& same = first;
  first = same;
  CHECK(alive == 1);
  first = std::move(same);
  CHECK(alive == 1);
  CHECK(first == second);
}

TEST_CASE("a reference can be given away and taken over again") {
  int alive = 0;
  auto first = make_intrusive<tracked>(alive);
  auto* raw = first.release();
  CHECK_FALSE(first);
  CHECK(alive == 1);
  {
    const auto again = intrusive_ptr<tracked>::adopt(raw);
    CHECK(again.get() == raw);
  }
  CHECK(alive == 0);
}

TEST_CASE("a pointer to a derived object becomes one to its base") {
  int alive = 0;
  {
    auto sub = make_intrusive<derived>(alive);
    const intrusive_ptr<tracked> copied = sub;
    CHECK(sub);
    const intrusive_ptr<tracked> moved = std::move(sub);
    CHECK_FALSE(sub); // NOLINT
    CHECK(copied == moved);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("owners in many threads end an object once") {
  int alive = 0;
  auto shared = make_intrusive<tracked>(alive);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([mine = shared]() mutable {
      for (int i = 0; i < 10'000; ++i) {
        auto copy = mine;
        mine = std::move(copy);
      }
    });
  shared = {};
  for (auto& x : threads)
    x.join();
  threads.clear();
  CHECK(alive == 0);
}
