#include <foreman/unattended.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/run_together.hpp>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

using foreman::entry_ptr;
using foreman::unattended;
using foreman::test::make_entry;
using foreman::test::run_together;

TEST_CASE("entries leave the list in the order in which they came") {
  unattended list;
  CHECK_FALSE(list.pop());
  const auto a = make_entry("a");
  const auto b = make_entry("b");
  const auto c = make_entry("c");
  CHECK(list.push(a));
  CHECK_FALSE(list.push(b));
  CHECK(list.pop() == a);
  CHECK_FALSE(list.push(c));
  CHECK(list.pop() == b);
  CHECK(list.pop() == c);
  CHECK_FALSE(list.pop());
}

TEST_CASE("what is left in the list ends with it", "[G9]") {
  unattended list;
  for (const auto* name : {"a", "b", "c"})
    (void) list.push(make_entry(name));
  CHECK(list.pop());
  // AddressSanitizer tells of the others if they stay.
}

TEST_CASE("entries of many threads all arrive, each thread's in order") {
  constexpr int threads = 4;
  constexpr int each = 2'000;
  unattended list;
  std::vector<std::thread> pushers;
  for (int t = 0; t < threads; ++t)
    pushers.emplace_back([&list, t] {
      for (int i = 0; i < each; ++i)
        (void) list.push(
          make_entry(std::to_string(t) + "/" + std::to_string(i)));
    });
  std::map<std::string, int> next;
  for (int arrived = 0; arrived < threads * each;) {
    const auto x = list.pop();
    if (!x) {
      std::this_thread::yield();
      continue;
    }
    ++arrived;
    const auto slash = x->project().find('/');
    REQUIRE(x->project().substr(slash + 1)
            == std::to_string(next[x->project().substr(0, slash)]++));
  }
  for (auto& x : pushers)
    x.join();
  CHECK_FALSE(list.pop());
}

TEST_CASE("somebody is told of entries once, until none is found") {
  unattended list;
  CHECK(list.push(make_entry("a")));
  CHECK_FALSE(list.push(make_entry("b")));
  CHECK(list.pop());
  CHECK(list.pop());
  CHECK_FALSE(list.push(make_entry("c"))); // who was told may look once more
  CHECK(list.pop());
  CHECK_FALSE(list.pop());
  CHECK(list.push(make_entry("d")));
}

// As when a gate is shut while the registry looks.
TEST_CASE("whoever takes entries at the same time gets each of them once") {
  constexpr int count = 2'000;
  unattended list;
  std::vector<entry_ptr> all;
  for (int i = 0; i < count; ++i)
    all.push_back(make_entry(std::to_string(i)));
  std::atomic<int> taken{0};
  run_together(4, [&](int t) {
    if (t == 0)
      for (const auto& x : all)
        (void) list.push(x);
    while (taken < count)
      if (const auto x = list.pop())
        ++taken;
  });
  CHECK(taken == count);
  CHECK_FALSE(list.pop());
}
